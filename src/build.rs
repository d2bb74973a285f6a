//! Locates a Z3 library for the linker, and finds where the services of the catalogue stand; never downloads or compiles
//! a library.
//!
//! In: the catalogue. Out: `catalogue.index`, which `vocabulary::catalogue` reads. In: `Z3_LIBRARY_PATH_OVERRIDE`, then `.z3` and `.venv` beside Cargo.toml, the `z3` package of `python3`, then
//! pkg-config. Out: a link search path, an rpath so that binaries and tests run without `LD_LIBRARY_PATH`, and the
//! directory for `ringfence --version`. A library older than 4.13.3 links and even answers, so its version is read
//! from the file itself and the build stops; `solve::version` checks again at start-up.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

#[path = "vocabulary/digest.rs"]
#[expect(unreachable_pub, reason = "it is a module of the library, and public there")]
mod digest;

/// The catalogue, from the directory of Cargo.toml.
const CATALOGUE: &str = "encodings/aws/catalogue.txt";

/// What stands before the prefix of a service.
const SERVICE: &str = "\n@\t";

/// The oldest Z3 that the z3 crate supports.
const OLDEST: [u32; 3] = [4, 13, 3];

const WAYS_OUT: &str = "\
ways out, any one of them:
  - python3 -m pip install --target .z3 z3-solver==5.4.0.0   (in the directory of Cargo.toml; found from then on)
  - set Z3_LIBRARY_PATH_OVERRIDE to the directory that holds libz3.so of Z3 4.13.3 or later
  - install Z3 4.13.3 or later so that `pkg-config --modversion z3` names it
  - cargo build --features vendored   (compiles Z3: GCC 13 or later, CMake 3.26 or later, many minutes)";

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=src/build.rs");
    println!("cargo:rerun-if-changed={CATALOGUE}");
    println!("cargo:rerun-if-env-changed=Z3_LIBRARY_PATH_OVERRIDE");
    if let Err(error) = index_catalogue() {
        println!("cargo::error={CATALOGUE}: {error}");
        return ExitCode::FAILURE;
    }
    if env::var_os("CARGO_FEATURE_VENDORED").is_some() {
        println!("cargo:rustc-env=RINGFENCE_Z3_DIRECTORY=");
        return ExitCode::SUCCESS;
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    // A path that is not there would make cargo run this, and build the crate, every time.
    for place in [".z3", ".venv"].iter().map(|place| root.join(place)).filter(|place| place.exists()) {
        println!("cargo:rerun-if-changed={}", place.display());
    }
    let mut refused = Vec::new();
    for (origin, directory) in candidates(&root) {
        let Some(library) = library_in(&directory) else { continue };
        match version_of(&library) {
            Some(version) if version >= OLDEST => {
                let directory = fs::canonicalize(&directory).unwrap_or(directory);
                println!("cargo:rustc-link-search=native={}", directory.display());
                println!("cargo:rustc-link-arg=-Wl,-rpath,{}", directory.display());
                println!("cargo:rustc-env=RINGFENCE_Z3_DIRECTORY={}", directory.display());
                return ExitCode::SUCCESS;
            }
            Some([a, b, c]) => {
                refused.push(format!("{origin}: {} is Z3 {a}.{b}.{c}, too old", library.display()));
            }
            None => refused.push(format!("{origin}: {} does not name its version", library.display())),
        }
    }
    let found = if refused.is_empty() { "no Z3 library found".to_owned() } else { refused.join("\n") };
    for line in format!("ringfence needs Z3 4.13.3 or later.\n{found}\n{WAYS_OUT}").lines() {
        println!("cargo::error={line}");
    }
    ExitCode::FAILURE
}

/// Writes the digest of the catalogue, and for each service its prefix and the place of its block.
fn index_catalogue() -> io::Result<()> {
    let text = fs::read_to_string(CATALOGUE)?;
    let mut index = format!("{}\n", digest::Digest::of([text.as_str()]));
    let places: Vec<usize> = text.match_indices(SERVICE).map(|(at, _)| at).collect();
    for (place, end) in places.iter().zip(places.iter().skip(1).chain([&text.len()])) {
        let start = place + SERVICE.len();
        let block = text.get(start..*end).unwrap_or_default();
        let prefix = block.split(['\t', '\n']).next().unwrap_or_default();
        index += &format!("{prefix}\t{start}\t{end}\n");
    }
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("catalogue.index"), index)
}

/// Directories that may hold the library, best first, each with where it comes from.
fn candidates(root: &Path) -> Vec<(&'static str, PathBuf)> {
    if let Some(directory) = env::var_os("Z3_LIBRARY_PATH_OVERRIDE") {
        return vec![("Z3_LIBRARY_PATH_OVERRIDE", PathBuf::from(directory))];
    }
    let mut found = vec![(".z3", root.join(".z3/z3/lib")), (".z3", root.join(".z3/lib"))];
    for library in [".venv/lib", ".venv/lib64"] {
        let Ok(pythons) = fs::read_dir(root.join(library)) else { continue };
        let mut pythons: Vec<_> = pythons.flatten().map(|entry| entry.path()).collect();
        pythons.sort();
        found.extend(pythons.into_iter().map(|python| (".venv", python.join("site-packages/z3/lib"))));
    }
    let script = "import importlib.util as u; s = u.find_spec('z3'); print(s.submodule_search_locations[0])";
    if let Some(package) = output_of("python3", &["-c", script]) {
        found.push(("the z3 package of python3", Path::new(&package).join("lib")));
    }
    if let Some(directory) = output_of("pkg-config", &["--variable=libdir", "z3"]) {
        found.push(("pkg-config", PathBuf::from(directory)));
    }
    found
}

fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn library_in(directory: &Path) -> Option<PathBuf> {
    ["libz3.so", "libz3.dylib", "libz3.dll"].iter().map(|name| directory.join(name)).find(|path| path.is_file())
}

/// Z3 keeps its full version as a NUL-terminated text of four numbers; nothing else in the library looks so.
fn version_of(library: &Path) -> Option<[u32; 3]> {
    let bytes = fs::read(library).ok()?;
    bytes.split(|&byte| byte == 0).filter(|text| (7..=20).contains(&text.len())).find_map(|text| {
        let numbers: Vec<u32> =
            std::str::from_utf8(text).ok()?.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        match numbers.as_slice() {
            &[a, b, c, _] => Some([a, b, c]),
            _ => None,
        }
    })
}
