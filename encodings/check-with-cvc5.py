"""Prints what cvc5's Python package (1.1 or later) answers to one SMT-LIB script."""

import sys

import cvc5

solver = cvc5.Solver()
solver.setOption("strings-exp", "true")
parser = cvc5.InputParser(solver)
parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.argv[1])
symbols = parser.getSymbolManager()
command = parser.nextCommand()
while not command.isNull():
    print(command.invoke(solver, symbols), end="")
    command = parser.nextCommand()
