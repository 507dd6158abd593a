//! The whole way through QEMU, with a plan small enough to know its answers. Without QEMU or a target they print
//! why they are skipped.

use super::*;
use crate::fixture;

const ROW: usize = 16;

fn plan() -> Vec<u8> {
    fixture::plan(&fixture::double(), 256)
}

/// The reply of a core; `None` if this computer cannot emulate it.
fn reply(core: &str, request: &Request<'_>) -> Option<Result<Reply, EmulatedError>> {
    match run(core, request, &mut |line| println!("{line}")) {
        Err(missing @ EmulatedError::Missing { .. }) => {
            println!("skipped: {missing}");
            None
        }
        reply => Some(reply),
    }
}

#[test]
fn every_core_of_the_table_gives_the_same_bytes() {
    let (plan, inputs) = (plan(), (0..=255).collect::<Vec<u8>>());
    let request =
        Request { plan: &plan, rows: 256 / ROW, keep: false, inputs: &inputs, dump: true, repeat: 1 };
    let cores = [
        ("m0", "microbit", Some(0xc20)),
        ("m0-large", "mps2-an385", Some(0xc23)),
        ("m3", "mps2-an385", Some(0xc23)),
        ("m4", "mps2-an386", Some(0xc24)),
        ("f405", "netduinoplus2", Some(0xc24)),
        ("m7", "mps2-an500", Some(0xc27)),
        ("m33", "mps2-an505", Some(0xd21)),
        ("m55", "mps3-an547", Some(0xd22)),
        ("rv32", "virt", None),
        ("aarch64", "linux-aarch64", None),
        ("armv7", "linux-armv7", None),
    ];
    let doubled: Vec<u8> = inputs.iter().map(|x| (*x as i8).saturating_mul(2) as u8).collect();
    for (core, machine, part) in cores {
        let Some(reply) = reply(core, &request) else { continue };
        let reply = reply.unwrap();
        let id = reply.cpuid.map(|id| id >> 4 & 0xfff);
        assert_eq!((reply.machine.as_str(), id), (machine, part), "{core}");
        assert!(reply.outputs == doubled, "{core}: {:?}", reply.outputs);
        assert_eq!(reply.dumps.concat(), doubled, "{core}: the only step writes the output");
        assert_eq!(reply.arena_bytes, 32);
        assert!((64..1024).contains(&reply.stack_bytes), "{core}: stack {}", reply.stack_bytes);
    }
}

#[test]
fn the_first_run_counts_what_the_tenth_does() {
    let plan = plan();
    let request = Request { plan: &plan, rows: 1, keep: false, inputs: &[7; ROW], dump: false, repeat: 10 };
    for core in ["m4", "rv32", "aarch64", "armv7"] {
        let Some(reply) = reply(core, &request) else { continue };
        let counts = reply.unwrap().counts.unwrap();
        assert_eq!((counts.runs.len(), counts.steps.len()), (10, 1), "{core}");
        assert!(counts.runs.iter().all(|run| *run == counts.runs[0]), "{core}: {counts:?}");
        // 16 looked-up bytes: a load of the input and one of the table each, and the run around the step
        let step = counts.steps[0];
        assert!(step.loads >= 2 * ROW as u64 && step.instructions > step.loads, "{core}: {step:?}");
        assert!(counts.runs[0].instructions > step.instructions, "{core}: {counts:?}");
    }
}

#[test]
fn linux_has_no_firmware() {
    let error = size("aarch64", &plan(), &mut |line| println!("{line}")).unwrap_err();
    assert!(matches!(error, EmulatedError::NoFirmware { .. }), "{error}");
}

#[test]
fn a_damaged_plan_is_refused_by_the_firmware_itself() {
    let mut damaged = plan();
    damaged[40] ^= 1;
    let damaged = Request { plan: &damaged, rows: 1, keep: false, inputs: &[0; ROW], dump: false, repeat: 0 };
    let whole = plan();
    let unknown = fixture::plan(&fixture::Recipe { code: 1023 << 6, ..fixture::double() }, 256);
    let cases = [
        (damaged, "refused the plan: HeaderChecksum, the header is damaged"),
        (Request { plan: &whole[..200], ..damaged }, "Truncated, shorter"),
        (Request { plan: b"nothing of the kind", ..damaged }, "Magic, not a .midge file"),
        (Request { plan: &unknown, ..damaged }, "step 0: UnknownKernel, needs a kernel"),
        (Request { plan: &whole, inputs: &[0; 3], ..damaged }, "1 rows of 16 bytes"),
    ];
    for (request, words) in cases {
        let Some(reply) = reply("m4", &request) else { return };
        let error = reply.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.exit_code(), 3);
    }
}

#[test]
fn a_plan_too_large_for_the_microbit_moves_to_more_memory() {
    let flash = fixture::plan(&fixture::double(), 200 << 10);
    let ram = fixture::plan(&fixture::Recipe { idle: 14 << 10, ..fixture::double() }, 256);
    for plan in [flash, ram] {
        let request =
            Request { plan: &plan, rows: 1, keep: false, inputs: &[1; ROW], dump: false, repeat: 0 };
        let Some(reply) = reply("m0", &request) else { return };
        let reply = reply.unwrap();
        assert_eq!((reply.machine.as_str(), &reply.outputs[..]), ("mps2-an385", &[2; ROW][..]));
    }
    let huge = fixture::plan(&fixture::double(), 5 << 20);
    let request = Request { plan: &huge, rows: 1, keep: false, inputs: &[1; ROW], dump: false, repeat: 0 };
    let error = reply("m0", &request).unwrap().unwrap_err();
    assert!(error.to_string().starts_with("the memory for plans of mps2-an385 is too small"), "{error}");
    assert_eq!(error.exit_code(), 1);
}

#[test]
fn a_model_is_charged_for_its_bytes_and_the_code_for_its_own() {
    let small = plan();
    let large = fixture::plan(&fixture::double(), 4096);
    let sizes = [&small, &large].map(|plan| size("m4", plan, &mut |line| println!("{line}")));
    let [small_size, large_size] = match sizes {
        [Ok(a), Ok(b)] => [a, b],
        [Err(missing @ EmulatedError::Missing { .. }), _] => return println!("skipped: {missing}"),
        failed => panic!("{failed:?}"),
    };
    assert_eq!(small_size.const_bytes, device(&small).len() as u64);
    assert_eq!(large_size.const_bytes - small_size.const_bytes, 4096 - 256);
    assert_eq!(small_size.arena_bytes, 32);
    assert!((2_000..8_000).contains(&small_size.text_bytes), "{small_size:?}");
    assert!(large_size.text_bytes.abs_diff(small_size.text_bytes) < 64, "{small_size:?} {large_size:?}");
    assert!(small_size.data_bytes + small_size.bss_bytes < 64, "{small_size:?}");
}

#[test]
fn many_plans_have_replies_of_their_own() {
    let (sound, mut damaged) = (plan(), plan());
    damaged[40] ^= 1;
    let large = fixture::plan(&fixture::double(), 200 << 10);
    let base = Request { plan: &sound, rows: 1, keep: false, inputs: &[3; ROW], dump: false, repeat: 0 };
    let requests = [
        base,
        Request { plan: &damaged, ..base },
        Request { inputs: &[0; 3], ..base },
        Request { plan: &large, inputs: &[4; ROW], ..base },
        Request { rows: 2, inputs: &[5; 2 * ROW], dump: true, ..base },
        Request { inputs: &[6; ROW], repeat: 2, ..base },
        Request { inputs: &[7; ROW], ..base },
    ];
    let replies = match run_all("m0", &requests, &mut |line| println!("{line}")) {
        Err(missing @ EmulatedError::Missing { .. }) => return println!("skipped: {missing}"),
        replies => replies.unwrap(),
    };
    let replies: Vec<_> = replies.iter().map(|reply| reply.as_ref().map_err(ToString::to_string)).collect();
    let [first, refused, short, large, dumped, counted, last] = &replies[..] else { panic!("{replies:?}") };
    let outputs = |reply: &Result<&Reply, String>| reply.clone().map(|reply| reply.outputs.clone());
    assert_eq!(outputs(first), Ok(vec![6; ROW]));
    assert!(refused.as_ref().unwrap_err().contains("HeaderChecksum"), "{refused:?}");
    assert!(short.as_ref().unwrap_err().contains("1 rows of 16 bytes"), "{short:?}");
    let large = large.as_ref().unwrap();
    assert_eq!((large.machine.as_str(), &large.outputs[..]), ("mps2-an385", &[8; ROW][..]));
    assert_eq!(dumped.as_ref().unwrap().dumps, [[10; ROW], [10; ROW]]);
    assert_eq!(counted.as_ref().unwrap().counts.as_ref().unwrap().runs.len(), 2);
    assert_eq!(outputs(last), Ok(vec![14; ROW]));
}
