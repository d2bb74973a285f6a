"""Prints what cvc5's Python package (1.1 or later) answers to SMT-LIB scripts: one line for each.

Arguments are files; --limit=MILLISECONDS bounds each check of the files behind it.
"""

import sys

import cvc5


def answer(file, limit):
    solver = cvc5.Solver()
    solver.setOption("strings-exp", "true")
    if limit is not None:
        solver.setOption("tlimit-per", limit)
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, file)
    symbols = parser.getSymbolManager()
    command = parser.nextCommand()
    while not command.isNull():
        yield command.invoke(solver, symbols)
        command = parser.nextCommand()


limit = None
for argument in sys.argv[1:]:
    if argument.startswith("--limit="):
        limit = argument.removeprefix("--limit=")
        continue
    try:
        text = "".join(answer(argument, limit))
    except Exception as error:
        text = f"(error {str(error)!r})"
    print(" ".join(text.split()), flush=True)
