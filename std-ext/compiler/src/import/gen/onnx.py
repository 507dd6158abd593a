#!/usr/bin/env python3
"""Makes onnx.rs from ONNX's published schema: python3 onnx.py path/to/onnx.proto

Builds a small program of prost-build and protox in a temporary folder and runs it; no protoc is needed. Comments of the
schema are left out.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

MANIFEST = """[package]
name = "onnx-schema"
version = "0.1.0"
edition = "2024"

[dependencies]
prost-build = "=0.14.4"
protox = "0.9"
"""
MAIN = """fn main() {
    let set = protox::compile(["onnx.proto"], ["."]).unwrap();
    prost_build::Config::new().disable_comments(["."]).out_dir(".").compile_fds(set).unwrap();
}
"""


def main(path):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "src").mkdir()
        (folder / "Cargo.toml").write_text(MANIFEST)
        (folder / "src/main.rs").write_text(MAIN)
        shutil.copy(path, folder / "onnx.proto")
        subprocess.run(["cargo", "run", "--quiet"], check=True, cwd=folder)
        shutil.copy(folder / "onnx.rs", pathlib.Path(__file__).with_name("onnx.rs"))


if __name__ == "__main__":
    main(sys.argv[1])
