//! Models that stream answer as the windowed ones do, to the bit and from the first run on.
#![expect(clippy::unwrap_used, reason = "tests")]

use midge_compiler::custom::Custom;
use midge_compiler::graph::{Graph, Repr, Type, Value};
use midge_compiler::stream::{Stream, stream};
use midge_compiler::{ConvertError, Options, Target, compile, cost};
use midge_core::Kernels;
use midge_suite::nets::Net;
use midge_suite::noise::Noise;
use midge_suite::packed;

/// The bytes of some frames, for an input whose frames have so many elements.
fn frames(noise: &mut Noise, value: &Value, elements: usize) -> Vec<u8> {
    if value.repr == Repr::Plain(Type::F32) {
        return (0..elements).flat_map(|_| (noise.below(4000) as f32 / 1000.0 - 2.0).to_le_bytes()).collect();
    }
    let mut bytes = vec![0; elements * value.repr.store().bytes()];
    noise.fill(&mut bytes);
    bytes
}

/// The last frames of a windowed model's answer, as many as a run of the other one gives.
fn newest(window: &Value, run: &Value, bytes: &[u8]) -> Vec<u8> {
    let Some(axis) = (0..window.shape.len()).find(|i| window.shape[*i] != run.shape[*i]) else {
        return bytes.to_vec();
    };
    let inner: usize = window.shape[axis + 1..].iter().product::<usize>() * window.repr.store().bytes();
    let (all, new) = (window.shape[axis] * inner, run.shape[axis] * inner);
    bytes.chunks_exact(all).flat_map(|chunk| &chunk[all - new..]).copied().collect()
}

/// Compares a network with the same one streaming, in which frames of the input lie one behind the other. Says what part
/// of its multiplications is left, or why it does not stream.
fn compared(graph: &Graph, seed: u64, wanted: &Stream) -> Result<Result<f64, String>, String> {
    let mut streaming = graph.clone();
    match stream(&mut streaming, wanted) {
        Ok(()) => {}
        Err(ConvertError::Stream(refusals)) => return Ok(Err(refusals[0].to_string())),
        Err(ConvertError::Unsupported(refusals)) => return Ok(Err(refusals[0].to_string())),
        Err(error) => return Err(error.to_string()),
    }
    let facts = streaming.stream.unwrap();
    let (input, new) = (graph.value(graph.inputs[0]), streaming.value(streaming.inputs[0]));
    let zero =
        input.repr.quant().filter(|quant| quant.store.bytes() == 1).map_or(0, |quant| quant.zero[0] as u8);
    let (runs, mut noise) = (facts.window.div_ceil(facts.hop) + 4, Noise(seed | 1));
    let mut heard = vec![zero; input.bytes()];
    let (mut windows, mut hops) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let hop = frames(&mut noise, new, new.elements());
        heard.extend_from_slice(&hop);
        windows.push(vec![heard[heard.len() - input.bytes()..].to_vec()]);
        hops.push(vec![hop]);
    }
    let macs = |graph: &Graph| graph.nodes.iter().map(|node| cost::macs(graph, node)).sum::<u64>() as f64;
    let part = macs(&streaming) / macs(graph).max(1.0);
    for target in [Target::Portable, Target::M4] {
        let options = Options { target, ..Options::default() };
        let plan = |graph: &Graph| {
            compile(graph.clone(), &options, &Custom::default()).map_err(|error| error.to_string())
        };
        let whole = packed::run(&plan(graph)?.file, Kernels::ALL, &windows).map_err(|e| e.to_string())?;
        let got = packed::run(&plan(&streaming)?.file, Kernels::ALL, &hops).map_err(|e| e.to_string())?;
        for (run, (whole, got)) in whole.iter().zip(&got).enumerate() {
            for (i, (whole, got)) in whole.iter().zip(got).enumerate() {
                let ports = [graph.value(graph.outputs[i]), streaming.value(streaming.outputs[i])];
                if newest(ports[0], ports[1], whole) != *got {
                    return Err(format!("output {i} of run {run} differs, {facts:?}, {target}"));
                }
            }
        }
    }
    Ok(Ok(part))
}

/// Compares with the least hop and with a longer one; says what [`compared`] does of the first.
fn at_two_hops(net: &Net, axis: Option<usize>) -> Result<f64, String> {
    let here = |what: String| format!("net {}: {what}\n{}", net.seed, net.operators());
    let answer = compared(&net.graph, net.seed, &Stream { hop: None, axis }).map_err(here).unwrap();
    let mut least = net.graph.clone();
    if answer.is_ok() && stream(&mut least, &Stream { hop: None, axis }).is_ok() {
        let hop = least.stream.map(|facts| facts.hop * (2 + net.seed as usize % 3));
        // a longer one may be no part of the window
        let _ = compared(&net.graph, net.seed, &Stream { hop, axis }).map_err(here).unwrap();
    }
    answer
}

#[test]
fn causal_networks_stream() {
    let nets = (0..150).map(Net::causal);
    let answers: Vec<_> = nets.map(|(net, axis)| at_two_hops(&net, Some(axis))).collect();
    let (all, less) =
        (answers.iter().flatten().count(), answers.iter().flatten().filter(|part| **part < 0.5).count());
    assert!(all > 145 && less > 100, "{all} stream, {less} with less than half of the work: {answers:?}");
}

#[test]
fn any_network_streams_or_is_refused() {
    let nets = (0..300).map(Net::new).chain((0..100).map(Net::real));
    let suits = |net: &Net| {
        let inputs = &net.graph.inputs;
        inputs.len() == 1 && net.graph.value(inputs[0]).shape[0] == 1
    };
    let answers: Vec<_> = nets.filter(suits).map(|net| at_two_hops(&net, None)).collect();
    let all = answers.iter().flatten().count();
    assert!(all > 20 && answers.len() - all > 100, "{all} of {} stream", answers.len());
}
