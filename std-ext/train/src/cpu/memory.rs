//! Buffers in main memory. Those that are given back wait for the next of their size, which saves the system's paging.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::device::{Data, Type};
use crate::{Error, Layout, Result};

/// Numbers of one buffer.
#[derive(Debug)]
pub(super) struct Memory {
    data: RwLock<Data>,
    spare: Arc<Spare>,
}

pub(super) type Reading<'a> = RwLockReadGuard<'a, Data>;
pub(super) type Writing<'a> = RwLockWriteGuard<'a, Data>;

/// Buffers of f32 that nobody uses, by length. With those in use they are never more than were in use at once.
#[derive(Debug, Default)]
pub(super) struct Spare {
    free: Mutex<HashMap<usize, Vec<Vec<f32>>>>,
    used: AtomicU64,
    kept: AtomicU64,
    peak: AtomicU64,
}

impl Spare {
    /// Bytes in use, and bytes that wait.
    pub(super) fn bytes(&self) -> [u64; 2] {
        [self.used.load(Ordering::Relaxed), self.kept.load(Ordering::Relaxed)]
    }

    fn take(&self, len: usize) -> Option<Vec<f32>> {
        let found = self.free.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&len)?.pop()?;
        self.kept.fetch_sub(4 * len as u64, Ordering::Relaxed);
        Some(found)
    }

    fn give(&self, data: Vec<f32>) {
        let bytes = 4 * data.len() as u64;
        let all = self.bytes().iter().sum::<u64>() + bytes;
        if bytes == 0 || all > self.peak.load(Ordering::Relaxed) {
            return;
        }
        self.kept.fetch_add(bytes, Ordering::Relaxed);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).entry(data.len()).or_default().push(data);
    }
}

fn bytes(data: &Data) -> u64 {
    let size = match data.kind() {
        Type::F32 => 4,
        Type::F16 | Type::Bf16 => 2,
        Type::I64 => 8,
        Type::U8 => 1,
    };
    size * data.len() as u64
}

impl Memory {
    pub(super) fn of(data: Data, spare: &Arc<Spare>) -> Memory {
        let used = spare.used.fetch_add(bytes(&data), Ordering::Relaxed) + bytes(&data);
        spare.peak.fetch_max(used, Ordering::Relaxed);
        Memory { data: RwLock::new(data), spare: Arc::clone(spare) }
    }

    /// Memory that holds whatever it held before.
    pub(super) fn empty(kind: Type, len: usize, spare: &Arc<Spare>) -> Memory {
        let used = (kind == Type::F32).then(|| spare.take(len)).flatten();
        Memory::of(used.map_or_else(|| Memory::zeros(kind, len), Data::F32), spare)
    }

    fn zeros(kind: Type, len: usize) -> Data {
        match kind {
            Type::F32 => Data::F32(vec![0.0; len]),
            Type::F16 => Data::F16(vec![half::f16::ZERO; len]),
            Type::Bf16 => Data::Bf16(vec![half::bf16::ZERO; len]),
            Type::I64 => Data::I64(vec![0; len]),
            Type::U8 => Data::U8(vec![0; len]),
        }
    }

    pub(super) fn read(&self) -> Reading<'_> {
        self.data.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> Writing<'_> {
        self.data.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let data = self.data.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.spare.used.fetch_sub(bytes(data), Ordering::Relaxed);
        if let Data::F32(data) = data {
            self.spare.give(std::mem::take(data));
        }
    }
}

/// Calls `f` with each run of elements that lie `stride` apart: where it starts in the buffer, and how many there are.
pub(super) fn runs(layout: &Layout, mut f: impl FnMut(usize, usize, usize)) {
    let joined = &Layout::joined(&[layout])[0];
    if joined.shape.contains(&0) {
        return;
    }
    let Some((&len, outer)) = joined.shape.split_last() else { return f(joined.offset, 1, 1) };
    let stride = joined.strides[outer.len()];
    let mut at = vec![0; outer.len()];
    let mut start = joined.offset;
    loop {
        f(start, stride, len);
        let mut axis = outer.len();
        loop {
            let Some(next) = axis.checked_sub(1) else { return };
            axis = next;
            at[axis] += 1;
            start += joined.strides[axis];
            if at[axis] < outer[axis] {
                break;
            }
            start -= outer[axis] * joined.strides[axis];
            at[axis] = 0;
        }
    }
}

fn collect<T: Copy>(data: &[T], layout: &Layout) -> Vec<T> {
    let mut out = Vec::with_capacity(layout.shape.elements());
    runs(layout, |start, stride, len| match stride {
        1 => out.extend_from_slice(&data[start..start + len]),
        _ => out.extend((0..len).map(|i| data[start + i * stride])),
    });
    out
}

/// The elements of a view.
pub(super) fn dense(data: &Data, layout: &Layout) -> Data {
    match data {
        Data::F32(data) => Data::F32(collect(data, layout)),
        Data::F16(data) => Data::F16(collect(data, layout)),
        Data::Bf16(data) => Data::Bf16(collect(data, layout)),
        Data::I64(data) => Data::I64(collect(data, layout)),
        Data::U8(data) => Data::U8(collect(data, layout)),
    }
}

/// Puts the elements of a view where another view of the same type and shape has its own.
pub(super) fn place(data: &Data, layout: &Layout, out: &mut Data, to: &Layout) {
    fn put<T: Copy>(from: &[T], layout: &Layout, to: &mut [T], at: &Layout) {
        let dense = collect(from, layout);
        let mut next = 0;
        runs(at, |start, stride, len| {
            match stride {
                1 => to[start..start + len].copy_from_slice(&dense[next..next + len]),
                _ => (0..len).for_each(|i| to[start + i * stride] = dense[next + i]),
            }
            next += len;
        });
    }
    match (data, out) {
        (Data::F32(from), Data::F32(out)) => put(from, layout, out, to),
        (Data::F16(from), Data::F16(out)) => put(from, layout, out, to),
        (Data::Bf16(from), Data::Bf16(out)) => put(from, layout, out, to),
        (Data::I64(from), Data::I64(out)) => put(from, layout, out, to),
        (Data::U8(from), Data::U8(out)) => put(from, layout, out, to),
        (data, out) => {
            let mut cast = Memory::zeros(out.kind(), layout.shape.elements());
            copy(data, layout, &mut cast);
            place(&cast, &Layout::dense(layout.shape.clone()), out, to);
        }
    }
}

/// The elements of a view, in the type of `out`.
pub(super) fn copy(data: &Data, layout: &Layout, out: &mut Data) {
    if let (Data::F32(from), Data::F32(to)) = (data, &mut *out) {
        let mut at = 0;
        return runs(layout, |start, stride, len| {
            let to = &mut to[at..at + len];
            match stride {
                1 => to.copy_from_slice(&from[start..start + len]),
                _ => to
                    .iter_mut()
                    .zip(from[start..].iter().step_by(stride.max(1)))
                    .for_each(|(to, &from)| *to = from),
            }
            if stride == 0 {
                to.fill(from[start]);
            }
            at += len;
        });
    }
    let data = dense(data, layout);
    macro_rules! cast {
        ($from:expr, $to:expr, $f:expr) => {
            $to.iter_mut().zip($from).for_each(|(to, from)| *to = $f(from))
        };
    }
    use half::{bf16, f16};
    match (data, out) {
        (Data::F32(from), Data::F16(to)) => cast!(from, to, f16::from_f32),
        (Data::F32(from), Data::Bf16(to)) => cast!(from, to, bf16::from_f32),
        (Data::F32(from), Data::I64(to)) => cast!(from, to, |x| x as i64),
        (Data::F32(from), Data::U8(to)) => cast!(from, to, |x| x as u8),
        (Data::F16(from), Data::F32(to)) => cast!(from, to, f16::to_f32),
        (Data::Bf16(from), Data::F32(to)) => cast!(from, to, bf16::to_f32),
        (Data::I64(from), Data::F32(to)) => cast!(from, to, |x| x as f32),
        (Data::U8(from), Data::F32(to)) => cast!(from, to, f32::from),
        (Data::U8(from), Data::I64(to)) => cast!(from, to, i64::from),
        (Data::I64(from), Data::U8(to)) => cast!(from, to, |x| x as u8),
        (Data::F16(from), Data::Bf16(to)) => cast!(from, to, |x: f16| bf16::from_f32(x.to_f32())),
        (Data::Bf16(from), Data::F16(to)) => cast!(from, to, |x: bf16| f16::from_f32(x.to_f32())),
        (Data::F16(from), Data::I64(to)) => cast!(from, to, |x: f16| x.to_f32() as i64),
        (Data::F16(from), Data::U8(to)) => cast!(from, to, |x: f16| x.to_f32() as u8),
        (Data::Bf16(from), Data::I64(to)) => cast!(from, to, |x: bf16| x.to_f32() as i64),
        (Data::Bf16(from), Data::U8(to)) => cast!(from, to, |x: bf16| x.to_f32() as u8),
        (Data::I64(from), Data::F16(to)) => cast!(from, to, |x| f16::from_f32(x as f32)),
        (Data::I64(from), Data::Bf16(to)) => cast!(from, to, |x| bf16::from_f32(x as f32)),
        (Data::U8(from), Data::F16(to)) => cast!(from, to, |x| f16::from_f32(f32::from(x))),
        (Data::U8(from), Data::Bf16(to)) => cast!(from, to, |x| bf16::from_f32(f32::from(x))),
        (same, out) => *out = same,
    }
}

macro_rules! of_type {
    ($name:ident, $kind:ident, $type:ty) => {
        pub(super) fn $name<'a>(data: &'a mut Data, op: &'static str) -> Result<&'a mut [$type]> {
            match data {
                Data::$kind(data) => Ok(data),
                other => Err(Error::Type { op, expected: Type::$kind, found: other.kind() }),
            }
        }
    };
}
of_type!(f32s, F32, f32);
of_type!(i64s, I64, i64);
of_type!(u8s, U8, u8);

/// The numbers of a read of bytes.
pub(super) fn u8s_of<'a>(data: &'a Data, op: &'static str) -> Result<&'a [u8]> {
    match data {
        Data::U8(data) => Ok(data),
        other => Err(Error::Type { op, expected: Type::U8, found: other.kind() }),
    }
}
