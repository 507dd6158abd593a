//! Requests spread over emulators: the rows of one, or many plans.

use super::checkout::Checkout;
use super::exchange::{Bench, Part};
use super::machine::Machine;
use super::{EmulatedError, Reply, Request};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Fewest rows that are worth an emulator of their own.
const ROWS: usize = 8;
/// Most emulators at a time.
const EMULATORS: usize = 16;

/// The answer to one request, by index.
type Answered = (usize, Result<Reply, EmulatedError>);

/// Runs a request on a machine: many rows on several, unless they know of each other. `at` gets the number of rows
/// that are done.
pub(super) fn one(
    checkout: &Checkout,
    machine: &Machine,
    request: &Request<'_>,
    say: &mut dyn FnMut(&str),
    at: &mut dyn FnMut(usize),
) -> Result<Reply, EmulatedError> {
    let part = Part::of(machine, request)?;
    let bench = Bench::new(checkout, machine, request.repeat > 0, say)?;
    let emulators = if request.keep { 1 } else { emulators() };
    let rows = request.rows.div_ceil(emulators).max(ROWS);
    let replies = thread::scope(|scope| {
        let (sender, news) = mpsc::channel();
        let work = |first: usize| {
            let (bench, sender) = (&bench, sender.clone());
            let part = part.rows(first..request.rows.min(first + rows));
            scope.spawn(move || {
                let at = |output| {
                    // whether anyone listens is not this worker's business
                    let _ = sender.send((first, part.done(output)));
                };
                bench.serve(&[part], &at)?.pop().unwrap_or_else(|| Err(unanswered()))
            })
        };
        let workers: Vec<_> = (0..request.rows.max(1)).step_by(rows).map(work).collect();
        drop(sender); // so that the news end with the last worker
        let mut done = HashMap::new();
        for (first, rows) in news {
            done.insert(first, rows);
            at(done.values().sum());
        }
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(crashed()))).collect::<Vec<_>>()
    });
    let whole = replies.into_iter().reduce(|all, next| Ok(join(all?, next?)));
    whole.unwrap_or_else(|| Err(unanswered()))
}

/// What the answers to two parts of a request say together.
fn join(mut all: Reply, next: Reply) -> Reply {
    all.outputs.extend(next.outputs);
    all.dumps.extend(next.dumps);
    all.stack_bytes = all.stack_bytes.max(next.stack_bytes);
    all
}

/// Runs requests on a machine, as many in one emulator as its flash has room for. The replies are in their order.
pub(super) fn many(
    checkout: &Checkout,
    machine: &Machine,
    requests: &[Request<'_>],
    say: &mut dyn FnMut(&str),
) -> Result<Vec<Result<Reply, EmulatedError>>, EmulatedError> {
    let bench = Bench::new(checkout, machine, requests.iter().any(|request| request.repeat > 0), say)?;
    let mut replies: Vec<_> = requests.iter().map(|_| Err(unanswered())).collect();
    let (mut parts, emulators) = (Vec::new(), emulators());
    for (i, request) in requests.iter().enumerate() {
        match Part::of(machine, request) {
            Ok(part) => parts.push((i, part)),
            Err(error) => replies[i] = Err(error),
        }
    }
    let loads = loads(&parts, machine.plan_room, parts.len().div_ceil(emulators).max(1));
    let workers = emulators.min(loads.len());
    let queue = Mutex::new(loads.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<Vec<Answered>, EmulatedError> {
        let mut answered = Vec::new();
        while let Some(load) = next() {
            serve(&bench, load, &mut answered)?;
        }
        Ok(answered)
    };
    let answered = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join().unwrap_or_else(|_| Err(crashed()));
        workers.into_iter().map(join).collect::<Result<Vec<_>, _>>()
    })?;
    for (i, reply) in answered.into_iter().flatten() {
        replies[i] = reply;
    }
    Ok(replies)
}

/// Has all of `load` answered: by another emulator what is left of it when one ends early.
fn serve(
    bench: &Bench<'_>,
    load: &[(usize, Part<'_>)],
    answered: &mut Vec<Answered>,
) -> Result<(), EmulatedError> {
    let mut rest = load;
    while !rest.is_empty() {
        let parts: Vec<_> = rest.iter().map(|(_, part)| *part).collect();
        let replies = bench.serve(&parts, &|_| {})?;
        let (done, left) = rest.split_at(replies.len());
        answered.extend(done.iter().map(|(i, _)| *i).zip(replies));
        rest = left;
    }
    Ok(())
}

/// Cuts requests into loads of at most `most`, whose plans fit `room` together.
fn loads<'p, 'a>(parts: &'p [(usize, Part<'a>)], room: u64, most: usize) -> Vec<&'p [(usize, Part<'a>)]> {
    let (mut loads, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, (_, part)) in parts.iter().enumerate() {
        let alone = at > start && (part.is_alone() || parts[start].1.is_alone());
        let flash = part.flash() as u64;
        if alone || at - start == most || bytes + flash > room && at > start {
            loads.push(&parts[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += flash;
    }
    if start < parts.len() {
        loads.push(&parts[start..]);
    }
    loads
}

fn emulators() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get().min(EMULATORS))
}

fn unanswered() -> EmulatedError {
    EmulatedError::Failed("there is nothing to run".into())
}

fn crashed() -> EmulatedError {
    EmulatedError::Failed("a thread that waits for an emulator crashed".into())
}
