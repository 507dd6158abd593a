//! QEMU: is it there, which version, and one run of firmware in it.

use super::EmulatedError;
use super::machine::Machine;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Firmware that wrote nothing for this long hangs. The slowest that is known to work, counted, makes 55 million
/// instructions a second.
const SILENCE: Duration = Duration::from_secs(120);

/// Files that grow while firmware runs, the output first.
const GROWING: [&str; 4] = ["output.bin", "dump.bin", "counts.txt", "response.txt"];

const COUNTER: &str = "counter.plugin";

/// An emulator that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Qemu {
    program: &'static str,
    /// Major and minor.
    version: (u32, u32),
}

impl Qemu {
    /// The file of plans in the folder of a run: put into flash behind the runner, or read by it on Linux.
    pub(super) const PLANS: &str = "plans.bin";

    /// The emulator of the machine's instruction set.
    ///
    /// # Errors
    /// [`EmulatedError::Missing`].
    pub(super) fn find(machine: &Machine) -> Result<Qemu, EmulatedError> {
        let (program, package) = match machine.target.split('-').next() {
            Some("aarch64") => ("qemu-aarch64", "qemu-user"),
            Some("armv7") => ("qemu-arm", "qemu-user"),
            Some(core) if core.starts_with("riscv") => ("qemu-system-riscv32", "qemu-system-misc"),
            _ => ("qemu-system-arm", "qemu-system-arm"),
        };
        let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
        let output = output.map_err(|error| starting(program, package, &error))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = version(&text)
            .ok_or_else(|| EmulatedError::Failed(format!("{program} --version says {:?}", text.trim())))?;
        Ok(Qemu { program, version })
    }

    /// Whether it speaks version 4 of the plugin interface, as releases from 9.2 do, and not version 1.
    pub(super) fn api4(&self) -> bool {
        self.version >= (9, 2)
    }

    /// Runs firmware to its end in `folder`, where its files are, `log.txt` with what it printed among them; with a
    /// counting plugin also `counts.txt`. Now and then `at` gets the length of its output.
    ///
    /// # Errors
    /// The emulator cannot be started, or the firmware hangs.
    pub(super) fn run(
        &self,
        machine: &Machine,
        elf: &Path,
        folder: &Path,
        counter: Option<&Path>,
        at: &dyn Fn(u64),
    ) -> Result<ExitStatus, EmulatedError> {
        let log_path = folder.join("log.txt");
        let log = File::create(&log_path).map_err(EmulatedError::file("create", &log_path))?;
        let errors = log.try_clone().map_err(EmulatedError::file("open", &log_path))?;
        let mut command = Command::new(self.program);
        if let Some(counter) = counter {
            // a name of its own choosing in the folder: QEMU takes a comma in a path for its end
            fs::copy(counter, folder.join(COUNTER)).map_err(EmulatedError::file("copy", counter))?;
            command.args(["-plugin", &format!("./{COUNTER},out=counts.txt,core={}", machine.name)]);
        }
        if machine.has_linux() {
            command.arg(elf);
        } else {
            let plans = format!("loader,file={},addr=0x{:x},force-raw=on", Qemu::PLANS, machine.plan_at);
            command.args(["-device", &plans]);
            Qemu::boot(&mut command, machine, elf);
        }
        command.current_dir(folder).stdin(Stdio::null()).stdout(log).stderr(errors);
        let child = command.spawn().map_err(|error| starting(self.program, self.program, &error))?;
        wait(Running(child), machine, folder, SILENCE, at)
    }

    /// Runs any firmware in the current folder until it ends, or until `at`, which gets what it prints, breaks. Its exit code;
    /// none if it was stopped.
    ///
    /// # Errors
    /// The emulator cannot be started.
    pub(super) fn start(
        &self,
        machine: &Machine,
        elf: &Path,
        at: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<Option<i32>, EmulatedError> {
        let mut command = Command::new(self.program);
        // clocks count instructions, 64 ns each, and so the same in each run
        command.args(["-icount", "shift=6,sleep=off"]);
        Qemu::boot(&mut command, machine, elf);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let child = command.spawn().map_err(|error| starting(self.program, self.program, &error))?;
        let mut child = Running(child);
        let lost = |error| EmulatedError::Failed(format!("cannot read what the firmware prints: {error}"));
        let mut printed = child.0.stdout.take().ok_or_else(|| lost(io::ErrorKind::BrokenPipe.into()))?;
        let mut buffer = [0; 4096];
        loop {
            match printed.read(&mut buffer).map_err(lost)? {
                0 => return Ok(child.0.wait().map_err(lost)?.code()),
                len if at(buffer.get(..len).unwrap_or_default()).is_break() => return Ok(None),
                _ => {}
            }
        }
    }

    /// The machine, with nothing but semihosting, and what it boots.
    fn boot(command: &mut Command, machine: &Machine, elf: &Path) {
        command.args(["-M", &machine.machine, "-nographic", "-monitor", "none", "-serial", "none"]);
        command.args(["-semihosting-config", "enable=on,target=native"]);
        command.args(if machine.target.starts_with("riscv") { &["-bios", "none"][..] } else { &[] });
        command.arg("-kernel").arg(elf);
    }
}

/// A child that does not outlive its parent's interest.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Errors mean that it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for the end, calls `at` with the length of the output as it grows, and loses patience after `silence`.
fn wait(
    mut child: Running,
    machine: &Machine,
    folder: &Path,
    silence: Duration,
    at: &dyn Fn(u64),
) -> Result<ExitStatus, EmulatedError> {
    let (mut seen, mut since, mut pause) = ([0; GROWING.len()], Instant::now(), Duration::from_millis(1));
    loop {
        match child.0.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => {
                return Err(EmulatedError::Failed(format!("cannot wait for the emulator: {error}")));
            }
        }
        let now = GROWING.map(|name| fs::metadata(folder.join(name)).map_or(0, |about| about.len()));
        if now != seen {
            (seen, since) = (now, Instant::now());
            at(now[0]);
        } else if since.elapsed() > silence {
            let (machine, seconds) = (&machine.machine, silence.as_secs_f32());
            return Err(EmulatedError::Failed(format!(
                "the firmware on {machine} wrote nothing for {seconds} s and was stopped"
            )));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn starting(program: &str, package: &str, error: &io::Error) -> EmulatedError {
    if error.kind() != io::ErrorKind::NotFound {
        return EmulatedError::Failed(format!("cannot start {program}: {error}"));
    }
    EmulatedError::Missing {
        what: format!("emulated cores need QEMU, and `{program}` is not on the PATH"),
        command: match cfg!(target_os = "macos") {
            true => "brew install qemu".into(),
            false => format!("sudo apt-get install {package}"),
        },
    }
}

/// Major and minor from `QEMU emulator version 7.2.22 (...)`.
fn version(text: &str) -> Option<(u32, u32)> {
    let numbers = text.split_once("version ")?.1;
    let mut numbers = numbers.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_distributions_print() {
        assert_eq!(version("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)"), Some((7, 2)));
        assert_eq!(version("QEMU emulator version 10.0.2\nCopyright"), Some((10, 0)));
        assert_eq!(version("something else"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_firmware_that_hangs_is_stopped() {
        let machine = crate::emulated::machine::tests::microbit();
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new("sleep").arg("100").spawn().unwrap();
        let process = format!("/proc/{}", child.id());
        let patience = Duration::from_millis(30);
        let error = wait(Running(child), &machine, folder.path(), patience, &|_| {}).unwrap_err();
        assert_eq!(error.to_string(), "the firmware on microbit wrote nothing for 0.03 s and was stopped");
        assert!(!Path::new(&process).exists(), "still there");
    }
}
