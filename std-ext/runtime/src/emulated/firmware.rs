//! Firmware and the counting plugin, built by cargo when their sources changed.
//!
//! Cargo decides what to rebuild, but asking it takes a good part of a second. So each product is copied out of
//! cargo's folder with a stamp of what it was made from, and cargo is asked only when the stamp differs.

use super::checkout::Checkout;
use super::machine::Machine;
use super::{EmulatedError, device};
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What an outer cargo, or a tool that wraps one, tells its own builds; none of it is meant for firmware.
const NOT_FOR_FIRMWARE: [&str; 9] = [
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTFLAGS",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTUP_TOOLCHAIN",
];

/// What other settings of cargo's in the environment begin with: they are meant, and change what is built.
const SETTINGS: [&str; 4] = ["CARGO_BUILD_", "CARGO_INCREMENTAL", "CARGO_PROFILE_", "CARGO_TARGET_"];

/// Lines of a failed build's log that are shown.
const LINES: usize = 12;

/// Builds what a checkout has sources for.
pub(super) struct Builder<'a> {
    checkout: &'a Checkout,
    say: &'a mut dyn FnMut(&str),
}

/// A file that cargo makes.
struct Product<'a> {
    /// Its path below the folder of builds.
    name: String,
    /// What it is, for people.
    what: String,
    /// Where cargo leaves it, below cargo's folder.
    made: String,
    /// The folder to call cargo in, and its arguments.
    folder: PathBuf,
    arguments: Vec<&'a str>,
    /// The machine it is for; none for what runs on the desktop.
    machine: Option<&'a Machine>,
    /// The plan that becomes part of it.
    plan: Option<&'a [u8]>,
}

impl<'a> Builder<'a> {
    /// Builds in `checkout`, and tells `say` before what takes a while.
    pub(super) fn new(checkout: &'a Checkout, say: &'a mut dyn FnMut(&str)) -> Builder<'a> {
        Builder { checkout, say }
    }

    /// The firmware that runs a plan beside it.
    pub(super) fn runner(&mut self, machine: &Machine) -> Result<PathBuf, EmulatedError> {
        self.product(&Product {
            name: format!("runner-{}.elf", machine.name),
            what: format!("the runner for {} ({})", machine.name, machine.machine),
            made: format!("{}/release/midge-runner", machine.target),
            folder: self.checkout.boards(),
            arguments: vec!["-p", "midge-runner", "--target", &machine.target],
            machine: Some(machine),
            plan: None,
        })
    }

    /// The firmware that makes features of sound by tables beside it.
    pub(super) fn ears(&mut self, machine: &Machine) -> Result<PathBuf, EmulatedError> {
        self.product(&Product {
            name: format!("ears-{}.elf", machine.name),
            what: format!("the front-end for {} ({})", machine.name, machine.machine),
            made: format!("{}/release/midge-ears", machine.target),
            folder: self.checkout.boards(),
            arguments: vec!["-p", "midge-ears", "--target", &machine.target],
            machine: Some(machine),
            plan: None,
        })
    }

    /// The firmware with this plan linked in.
    pub(super) fn model(&mut self, machine: &Machine, plan: &[u8]) -> Result<PathBuf, EmulatedError> {
        self.linked("model", "models", machine, plan)
    }

    /// The firmware with this plan linked in that hears.
    pub(super) fn listener(&mut self, machine: &Machine, plan: &[u8]) -> Result<PathBuf, EmulatedError> {
        self.linked("listener", "listeners", machine, plan)
    }

    /// A package of `boards/` with a plan linked in, kept in a folder.
    fn linked(
        &mut self,
        package: &str,
        folder: &str,
        machine: &Machine,
        plan: &[u8],
    ) -> Result<PathBuf, EmulatedError> {
        let (plan, package) = (device(plan), format!("midge-{package}"));
        let mut hasher = DefaultHasher::new();
        plan.hash(&mut hasher);
        self.product(&Product {
            name: format!("{folder}/{:016x}-{}.elf", hasher.finish(), machine.name),
            what: format!("the model's firmware for {} ({})", machine.name, machine.machine),
            made: format!("{}/release/{package}", machine.target),
            folder: self.checkout.boards(),
            arguments: vec!["-p", &package, "--target", &machine.target],
            machine: Some(machine),
            plan: Some(plan),
        })
    }

    /// The library that counts instructions in QEMU, for version 4 of its plugin interface or for version 1.
    pub(super) fn counter(&mut self, api4: bool) -> Result<PathBuf, EmulatedError> {
        let file = format!("{}midge_counter{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
        let features: &[&str] = if api4 { &["--features", "api4"] } else { &[] };
        self.product(&Product {
            name: format!("counter-{}{}", if api4 { 4 } else { 1 }, env::consts::DLL_SUFFIX),
            what: "the plugin that counts instructions".into(),
            made: format!("release/{file}"),
            folder: self.checkout.counter(),
            arguments: features.to_vec(),
            machine: None,
            plan: None,
        })
    }

    /// The product, made anew if sources or settings are not those of the last time. One process builds at a time.
    fn product(&mut self, product: &Product<'_>) -> Result<PathBuf, EmulatedError> {
        let builds = self.checkout.builds();
        let path = builds.join(&product.name);
        let stamp = path.with_extension("stamp");
        let origin = origin(self.checkout.fingerprint(), product, env::vars_os());
        let fresh = || fs::read_to_string(&stamp).is_ok_and(|was| was == origin) && path.is_file();
        if fresh() {
            return Ok(path);
        }
        let folder = path.parent().unwrap_or(&builds);
        fs::create_dir_all(folder).map_err(EmulatedError::file("create", folder))?;
        let lock = builds.join("lock");
        let held = File::create(&lock).and_then(|file| file.lock().map(|()| file));
        let _held = held.map_err(EmulatedError::file("lock", &lock))?;
        if fresh() {
            return Ok(path); // by the process that had the lock
        }
        (self.say)(&format!("building {}", product.what));
        if let Some(machine) = product.machine {
            self.need_target(&machine.target)?;
        }
        self.cargo(product)?;
        // A rename, so that nobody meets half a file.
        let made = builds.join("cargo").join(&product.made);
        let copy = path.with_extension("new");
        fs::copy(&made, &copy).map_err(EmulatedError::file("copy", &made))?;
        fs::rename(&copy, &path).map_err(EmulatedError::file("write", &path))?;
        fs::write(&stamp, &origin).map_err(EmulatedError::file("write", &stamp))?;
        Ok(path)
    }

    /// The toolchain's library for `target` is installed.
    fn need_target(&self, target: &str) -> Result<(), EmulatedError> {
        let mut rustc = Command::new("rustc");
        rustc.args(["--print", "target-libdir", "--target", target]);
        let printed = in_checkout(&mut rustc, &self.checkout.boards())?;
        let toolchain = self.checkout.toolchain();
        if !printed.status.success() {
            let log = String::from_utf8_lossy(&printed.stderr);
            return Err(EmulatedError::Missing {
                what: format!(
                    "rustc does not work in the checkout: {}",
                    log.lines().next().unwrap_or_default()
                ),
                command: format!("rustup toolchain install {}", toolchain.as_deref().unwrap_or("stable")),
            });
        }
        let folder = String::from_utf8_lossy(&printed.stdout);
        if Path::new(folder.trim()).is_dir() {
            return Ok(());
        }
        let toolchain = toolchain.map(|name| format!(" --toolchain {name}")).unwrap_or_default();
        Err(EmulatedError::Missing {
            what: format!("Rust's target {target} is not installed"),
            command: format!("rustup target add {target}{toolchain}"),
        })
    }

    fn cargo(&self, product: &Product<'_>) -> Result<(), EmulatedError> {
        let builds = self.checkout.builds();
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--color", "never"]).args(&product.arguments);
        cargo.arg("--target-dir").arg(builds.join("cargo"));
        if let Some(machine) = product.machine {
            cargo.env("MIDGE_MACHINE", &machine.name);
            if let Some(cpu) = &machine.cpu {
                cargo.env("RUSTFLAGS", format!("-Ctarget-cpu={cpu}"));
            }
        }
        if let Some(plan) = product.plan {
            let path = builds.join("model.midge");
            fs::write(&path, plan).map_err(EmulatedError::file("write", &path))?;
            cargo.env("MIDGE_MODEL", path);
        }
        let output = in_checkout(&mut cargo, &product.folder)?;
        if output.status.success() {
            return Ok(());
        }
        let log = String::from_utf8_lossy(&output.stderr);
        match product.machine.and_then(|machine| overflow(&log, machine)).or_else(|| linker(&log)) {
            Some(error) => Err(error),
            None => Err(EmulatedError::Failed(format!("cannot build {}:\n{}", product.what, cause(&log)))),
        }
    }
}

/// What a product is made of and how: a number that differs where one of these does. The plan is part of its name.
fn origin(
    sources: u64,
    product: &Product<'_>,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> String {
    let is_setting = |name: &str| {
        SETTINGS.iter().any(|start| name.starts_with(start)) && !NOT_FOR_FIRMWARE.contains(&name)
    };
    let mut settings: Vec<_> =
        environment.filter(|(name, _)| name.to_str().is_some_and(is_setting)).collect();
    settings.sort();
    let mut hasher = DefaultHasher::new();
    let cpu = product.machine.and_then(|machine| machine.cpu.as_ref());
    (sources, &product.arguments, cpu, settings).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Runs one of Rust's tools in `folder`, free of an outer cargo's settings.
fn in_checkout(command: &mut Command, folder: &Path) -> Result<Output, EmulatedError> {
    let flags =
        command.get_envs().find(|(key, _)| *key == "RUSTFLAGS").and_then(|(_, value)| value).map(Into::into);
    let flags: Option<OsString> = flags;
    for name in NOT_FOR_FIRMWARE {
        command.env_remove(name);
    }
    if let Some(flags) = flags {
        command.env("RUSTFLAGS", flags);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    command.current_dir(folder).stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => EmulatedError::Missing {
            what: format!("firmware is built on first use, and `{program}` is not on the PATH"),
            command: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh".into(),
        },
        _ => EmulatedError::Failed(format!("cannot start {program}: {error}")),
    })
}

/// Whether a build failed because the linker ran out of a memory of the machine.
fn overflow(log: &str, machine: &Machine) -> Option<EmulatedError> {
    let (before, after) = log.split_once("': overflowed by ")?;
    let region = before.rsplit('\'').next()?;
    let excess: u64 = after.split(' ').next()?.parse().ok()?;
    let have = if region == "FLASH" { machine.flash_bytes } else { machine.ram_bytes };
    Some(EmulatedError::TooSmall {
        machine: machine.machine.clone(),
        what: region.to_lowercase(),
        need: have + excess,
        have,
    })
}

/// Whether a build failed because there is no linker for programs on Linux.
fn linker(log: &str) -> Option<EmulatedError> {
    let (name, rest) = log.split_once("linker `")?.1.split_once('`')?;
    let package = name.strip_suffix("-gcc").filter(|_| rest.starts_with(" not found"))?;
    Some(EmulatedError::Missing {
        what: format!("programs for Linux are linked by `{name}`, which is not on the PATH"),
        command: format!("sudo apt-get install gcc-{package} libc6-dev-armhf-cross"),
    })
}

/// The first error of a build's log, or its end if none is called one.
fn cause(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let from = lines.iter().position(|line| line.starts_with("error"));
    let from = from.unwrap_or(lines.len().saturating_sub(LINES));
    lines.iter().skip(from).take(LINES).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linker_that_ran_out_of_memory_says_which_and_how_much() {
        let machine = crate::emulated::machine::tests::microbit();
        let log = "rust-lld: error: section '.bss' will not fit in region 'RAM': overflowed by 100 bytes\n";
        let error = overflow(log, &machine).unwrap();
        assert_eq!(error.to_string(), "the ram of microbit is too small: needs 16484 bytes, has 16384");
        assert!(overflow("error: expected one of", &machine).is_none());
    }

    #[test]
    fn what_was_built_in_another_way_is_built_again() {
        let machine = crate::emulated::machine::tests::microbit();
        let faster = Machine { cpu: Some("cortex-m55".into()), ..machine.clone() };
        let origin = |sources, machine, words: &[&'static str], variables: &[(&str, &str)]| {
            let (name, what, made, folder) = Default::default();
            let arguments = words.to_vec();
            let product = Product { name, what, made, folder, arguments, machine: Some(machine), plan: None };
            let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
            super::origin(sources, &product, variables)
        };
        let plain = origin(1, &machine, &["-p"], &[]);
        let same = [("CARGO_TARGET_DIR", "elsewhere"), ("RUSTFLAGS", "-g"), ("CARGO_PKG_NAME", "midge")];
        assert_eq!(origin(1, &machine, &["-p"], &same), plain);
        let (small, large) =
            (("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s"), ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"));
        let flags = ("CARGO_TARGET_THUMBV6M_NONE_EABI_RUSTFLAGS", "-g");
        let others = [
            origin(2, &machine, &["-p"], &[]),
            origin(1, &faster, &["-p"], &[]),
            origin(1, &machine, &["-q"], &[]),
            origin(1, &machine, &["-p"], &[small]),
            origin(1, &machine, &["-p"], &[large]),
            origin(1, &machine, &["-p"], &[flags]),
            origin(1, &machine, &["-p"], &[small, flags]),
        ];
        let all: std::collections::BTreeSet<_> = others.iter().chain([&plain]).collect();
        assert_eq!(all.len(), 8);
        assert_eq!(origin(1, &machine, &["-p"], &[flags, small]), others[6], "in any order");
    }

    #[test]
    fn a_linker_that_is_not_there_is_named_with_its_package() {
        let log =
            "error: linker `arm-linux-gnueabihf-gcc` not found\n  |\n  = note: No such file or directory\n";
        let error = linker(log).unwrap();
        assert_eq!(error.exit_code(), 4);
        assert!(error.to_string().contains("install gcc-arm-linux-gnueabihf "), "{error}");
        assert!(linker("error: linking with `rust-lld` failed").is_none());
    }

    #[test]
    fn the_first_error_of_a_log_is_shown() {
        let log = format!("warning: something\nerror[E0080]: the reason\n{}", "note\n".repeat(50));
        assert!(cause(&log).starts_with("error[E0080]: the reason\nnote"));
        assert_eq!(cause(&log).lines().count(), LINES);
        assert_eq!(cause("a\nb"), "a\nb");
    }
}
