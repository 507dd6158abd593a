//! What a device knows of its model, read from the plan itself: no JSON, no allocation, no text kept for it but the
//! kernels' names.

use midge_core::ops;
use midge_core::plan::{Kind, Plan, Port};

/// Logs name, version, identity, memory, ports and kernels of a plan.
pub(crate) fn log(plan: &Plan<'_>) {
    let header = plan.header();
    let id = plan.id().first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    defmt::info!("{}: format {}.{}, identity {:08x}", plan.name(), header.major, header.minor, id);
    defmt::info!("{} bytes of flash, {} bytes of arena", plan.device_len(), plan.arena_len());
    for port in (0..plan.port_count()).filter_map(|i| plan.port(i)) {
        log_port(plan, &port);
    }
    for (i, step) in plan.steps().enumerate() {
        defmt::info!("step {}: {}", i, ops::name(step.code()).unwrap_or("?"));
    }
}

fn log_port(plan: &Plan<'_>, port: &Port) {
    let side = if port.output == 0 { "input" } else { "output" };
    let kind = plan.operand(port.operand).element().map_or("?", Kind::name);
    let shape = port.shape();
    let shape = shape.get(..port.rank.into()).unwrap_or(&[]);
    match port.scale() {
        Some(scale) => {
            defmt::info!("{}: {} {}, scale {}, zero point {}", side, kind, shape, scale, port.zero)
        }
        None => defmt::info!("{}: {} {}", side, kind, shape),
    }
}
