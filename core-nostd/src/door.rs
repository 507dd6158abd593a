//! The static door: what [`model!`](crate::model) expands to and needs.

use crate::aligned::Element;
use crate::error::{At, Error};
use crate::kernel::Kernel;
use crate::plan::{Kind, Plan};

/// Links a plan into the program: checked, and its steps resolved, by the compiler.
///
/// `model! { pub static NET = "net.midge"; }`, with a path relative to the source file, defines
/// - `NET`, a [`Model`](crate::Model),
/// - a module `NET` with `ARENA` (bytes that a run needs), `Input` and `Output` (the arrays of its first ports).
///
/// A file that is damaged, or whose kernels this crate lacks, is a compile error that names the step and the reason.
/// Only the part of the file that a device needs becomes part of the program.
///
/// `model! { pub static NET = "net.midge"; with mine; }` links against the kernels of a module made by
/// [`kernels!`](crate::kernels), too.
#[macro_export]
macro_rules! model {
    ($(#[$meta:meta])* $vis:vis static $name:ident = $path:expr;) => {
        $crate::model! { $(#[$meta])* $vis static $name = $path; with $crate::ops; }
    };
    ($(#[$meta:meta])* $vis:vis static $name:ident = $path:expr; with $kernels:path;) => {
        #[allow(non_snake_case, missing_docs, clippy::allow_attributes, reason = "named after the model")]
        $vis mod $name {
            const FILE: &[u8] = include_bytes!($path);
            #[doc(hidden)]
            pub const HEAD: $crate::Plan<'static> = $crate::door::parse(FILE);
            #[doc(hidden)]
            pub static DEVICE: $crate::Aligned<[u8; HEAD.device_len()]> =
                $crate::Aligned(*$crate::door::first(FILE));
            /// Bytes of work memory that a run needs.
            pub const ARENA: usize = HEAD.arena_len();
            /// The first input's elements.
            pub type Input = [$crate::door::Of<{ $crate::door::kind(&HEAD, false) }>; $crate::door::len(&HEAD, false)];
            /// The first output's elements.
            pub type Output = [$crate::door::Of<{ $crate::door::kind(&HEAD, true) }>; $crate::door::len(&HEAD, true)];
            #[doc(hidden)]
            pub type Door = $crate::Model<{ HEAD.step_count() }, Input, Output>;
        }
        $(#[$meta])*
        $vis static $name: $name::Door = {
            use $kernels as kernels;
            $crate::Model::new($crate::door::parse(&$name::DEVICE.0), kernels::link(&$name::HEAD))
        };
    };
}

/// Parses, or fails to compile.
pub const fn parse(file: &[u8]) -> Plan<'_> {
    match Plan::parse(file) {
        Ok(plan) => plan,
        Err(at) => refuse(at),
    }
}

/// The kernel of no step.
pub const NONE: Kernel = |_, _| Err(Error::UnknownKernel);

/// Puts a kernel into the table of a plan's kernels, or fails to compile.
pub const fn place(kernels: &mut [Kernel], step: usize, kernel: Option<Kernel>) {
    let at = At { step: step as u16, error: Error::UnknownKernel };
    match (kernels.split_at_mut_checked(step), kernel) {
        (Some((_, [slot, ..])), Some(kernel)) => *slot = kernel,
        _ => refuse(at),
    }
}

/// The first `N` bytes; a parsed plan has them.
pub const fn first<const N: usize>(file: &[u8]) -> &[u8; N] {
    match file.first_chunk() {
        Some(bytes) => bytes,
        None => refuse(At::plan(Error::Truncated)),
    }
}

/// Elements of the first port on a side; 0 when there is none.
pub const fn len(plan: &Plan<'_>, output: bool) -> usize {
    match plan.side(output, 0) {
        Some(port) => match plan.operand(port.operand).element() {
            Some(kind) => (plan.operand(port.operand).len / kind.bytes()) as usize,
            None => 0,
        },
        None => 0,
    }
}

/// Element type of the first port on a side.
pub const fn kind(plan: &Plan<'_>, output: bool) -> u8 {
    match plan.side(output, 0) {
        Some(port) => plan.operand(port.operand).kind & 15,
        None => 0,
    }
}

/// The element type with a number.
pub type Of<const KIND: u8> = <Number<KIND> as Named>::Element;

/// A number of a [`Kind`].
#[derive(Debug)]
pub struct Number<const KIND: u8>;

/// From a number to a type.
pub trait Named {
    /// The type.
    type Element: Element;
}

macro_rules! named {
    ($($kind:ident = $type:ty,)*) => {
        $(impl Named for Number<{ Kind::$kind as u8 }> {
            type Element = $type;
        })*
    };
}
named! { I8 = i8, U8 = u8, I16 = i16, I32 = i32, F32 = f32, I64 = i64, Bool = u8, }

/// Stops the compiler with the step and the reason in words.
#[expect(clippy::panic, reason = "runs in the compiler, where a panic is an error message")]
pub const fn refuse(at: At) -> ! {
    let mut text = [b' '; 128];
    let mut n = 0;
    n = put(&mut text, n, b"this .midge file cannot be linked: ");
    if at.step != At::NOWHERE {
        n = put(&mut text, n, b"step ");
        let (mut unit, mut started) = (10_000, false);
        while unit > 0 {
            let digit = at.step / unit % 10;
            started = started || digit > 0 || unit == 1;
            if started {
                n = put(&mut text, n, &[b'0' + digit as u8]);
            }
            unit /= 10;
        }
        n = put(&mut text, n, b": ");
    }
    n = put(&mut text, n, at.error.message().as_bytes());
    match core::str::from_utf8(text.split_at(n).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("this .midge file cannot be linked"),
    }
}

const fn put(text: &mut [u8; 128], mut n: usize, mut more: &[u8]) -> usize {
    while let Some((byte, rest)) = more.split_first() {
        if let Some((_, room)) = text.split_at_mut_checked(n)
            && let Some(slot) = room.first_mut()
        {
            *slot = *byte;
            n += 1;
        }
        more = rest;
    }
    n
}
