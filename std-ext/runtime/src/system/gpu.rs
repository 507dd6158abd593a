//! Interfaces to GPUs, by the files that their drivers install. No library is loaded: it may be another machine's, or hang.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// An interface to GPUs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gpu {
    /// Its name.
    pub api: &'static str,
    /// What is there: devices where the system names them, else drivers. Nothing where the interface is not there.
    pub found: Vec<String>,
}

/// Looks below the root of a file system.
pub(super) fn look(root: &Path) -> Vec<Gpu> {
    let api = |api, found| Gpu { api, found };
    vec![
        api("OpenCL", [opencl(root), framework(root, "OpenCL")].concat()),
        api("CUDA", cuda(root)),
        api("ROCm", rocm(root)),
        api("Vulkan", vulkan(root)),
        api("Metal", framework(root, "Metal")),
    ]
}

/// Each `.icd` file has the name of a driver's library ("cl_khr_icd").
fn opencl(root: &Path) -> Vec<String> {
    entries(&root.join("etc/OpenCL/vendors"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "icd"))
        .filter_map(|path| Some(fs::read_to_string(path).ok()?.lines().next()?.trim().to_owned()))
        .filter(|library| !library.is_empty())
        .collect()
}

/// NVIDIA's kernel module says each device's name.
fn cuda(root: &Path) -> Vec<String> {
    let devices = entries(&root.join("proc/driver/nvidia/gpus")).into_iter();
    let names = devices.filter_map(|device| {
        let about = fs::read_to_string(device.join("information")).ok()?;
        about.lines().find_map(|line| Some(line.strip_prefix("Model:")?.trim().to_owned()))
    });
    names.collect()
}

/// AMD's kernel driver says each node's name; processors are nodes without SIMD units.
fn rocm(root: &Path) -> Vec<String> {
    let nodes = entries(&root.join("sys/class/kfd/kfd/topology/nodes")).into_iter();
    let names = nodes.filter_map(|node| {
        let properties = fs::read_to_string(node.join("properties")).ok()?;
        let units = properties.lines().find_map(|line| line.strip_prefix("simd_count "))?;
        let name = fs::read_to_string(node.join("name")).unwrap_or_default();
        let name = if name.trim().is_empty() { "a device without a name".into() } else { name.trim().into() };
        (units.trim() != "0").then_some(name)
    });
    names.collect()
}

/// Drivers by their manifests ("Vulkan Loader and Layers", driver discovery).
fn vulkan(root: &Path) -> Vec<String> {
    let folders = ["etc/vulkan/icd.d", "usr/local/share/vulkan/icd.d", "usr/share/vulkan/icd.d"];
    let manifests = folders.iter().flat_map(|folder| entries(&root.join(folder)));
    let libraries = manifests.filter_map(|path| {
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        Some(manifest.get("ICD")?.get("library_path")?.as_str()?.to_owned())
    });
    libraries.collect()
}

/// macOS has it as a framework.
fn framework(root: &Path, name: &str) -> Vec<String> {
    let path = Path::new("System/Library/Frameworks").join(format!("{name}.framework"));
    if root.join(&path).is_dir() { vec![format!("/{}", path.display())] } else { Vec::new() }
}

/// What a folder has, by name; nothing of one that cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drivers_install_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let found = |api: &str| look(root).into_iter().find(|gpu| gpu.api == api).unwrap().found;
        assert!(look(root).iter().all(|gpu| gpu.found.is_empty()));
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("etc/OpenCL/vendors/pocl.icd", "libpocl.so.2\n");
        write("etc/OpenCL/vendors/empty.icd", "");
        write("etc/OpenCL/vendors/README", "not one");
        assert_eq!(found("OpenCL"), ["libpocl.so.2"]);
        write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA H100\nIRQ: 7\n");
        assert_eq!(found("CUDA"), ["NVIDIA H100"]);
        for (node, units, name) in [("0", 0, ""), ("1", 304, "ip discovery\n"), ("2", 120, "")] {
            let node = format!("sys/class/kfd/kfd/topology/nodes/{node}");
            write(&format!("{node}/properties"), &format!("cpu_cores_count 8\nsimd_count {units}\n"));
            write(&format!("{node}/name"), name);
        }
        assert_eq!(found("ROCm"), ["ip discovery", "a device without a name"]);
        write("usr/share/vulkan/icd.d/lvp.json", r#"{"ICD": {"library_path": "libvulkan_lvp.so"}}"#);
        write("usr/share/vulkan/icd.d/damaged.json", r#"{"ICD": "#);
        assert_eq!(found("Vulkan"), ["libvulkan_lvp.so"]);
        assert!(found("Metal").is_empty());
        write("System/Library/Frameworks/Metal.framework/Metal", "");
        assert_eq!(found("Metal"), ["/System/Library/Frameworks/Metal.framework"]);
    }
}
