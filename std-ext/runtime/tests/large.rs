//! A large file opens without being read. Alone in its file, because it measures the whole process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "../src/fixture.rs"]
mod fixture;

use std::time::Instant;

use midge_runtime::file::File;
use midge_runtime::host;

/// Bytes of this process that are in memory, file pages included.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn a_hundred_megabytes_open_in_no_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.midge");
    {
        let bytes = fixture::plan(&fixture::double(), 100 << 20);
        assert!(bytes.len() > 100_000_000);
        std::fs::write(&path, bytes).unwrap();
    }
    let before = resident();
    let start = Instant::now();
    let file = File::open(&path).unwrap();
    let took = start.elapsed();
    let grown = resident().saturating_sub(before);
    println!("opened {} bytes in {took:?}, {} KB more in memory", file.bytes().len(), grown / 1024);
    assert!(took.as_millis() < 5, "{took:?}");
    assert!(grown < 5 << 20, "{grown}");

    let runtime = file.runtime().unwrap();
    let mut outputs = Vec::new();
    midge_runtime::session::Session::new(&runtime).unwrap().run(&[1; 16], &mut outputs).unwrap();
    assert_eq!(outputs, [2; 16]);
    assert!(resident().saturating_sub(before) < 5 << 20);
    // the figures above would mean nothing if reading the constants did not show
    let pages: u64 = file.bytes().iter().step_by(4096).map(|b| u64::from(*b)).sum();
    assert!(pages > 0);
    assert!(resident().saturating_sub(before) > 90 << 20);
}
