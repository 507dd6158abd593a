//! Named arrays: a zip archive of `.npy` files, stored or deflated.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Array, npy};

/// Most arrays of a file.
const COUNT_LIMIT: usize = 1024;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, Array)>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| format!("not a .npz archive: {e}"))?;
    if archive.len() > COUNT_LIMIT {
        return Err(format!("{} arrays are too many", archive.len()));
    }
    let mut named = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|e| format!("member {index}: {e}"))?;
        let name =
            member.name().map_err(|e| format!("member {index}: {e}"))?.trim_end_matches(".npy").to_string();
        let array = npy::read(member).map_err(|what| format!("array {name}: {what}"))?;
        named.push((name, array));
    }
    Ok(named)
}

pub(super) fn write(named: &[(String, Array)]) -> Result<Vec<u8>, String> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // no clock: the same arrays give the same bytes
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, array) in named {
        archive.start_file(format!("{name}.npy"), options).map_err(|e| e.to_string())?;
        archive.write_all(&npy::write(array)).map_err(|e| e.to_string())?;
    }
    archive.finish().map(Cursor::into_inner).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deflated_archives_are_read_and_damage_is_refused() {
        let a = Array::new(&[1000], &[5u8; 1000]).unwrap();
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        archive.start_file("a.npy", options).unwrap();
        archive.write_all(&npy::write(&a)).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 500);
        assert_eq!(read(&bytes).unwrap(), [("a".to_string(), a)]);
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_err(), "{cut}");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let _ = read(&damaged);
        }
    }
}
