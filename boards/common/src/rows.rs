//! A model's rows in files of the host: raw little-endian bytes, ports in order, one row behind the other.

use crate::host::{File, Refused};
use midge_core::plan::Kind;
use midge_core::{Error, Resolve, Session, View, aligned};

/// Fills the input ports from the file; no buffer lies between.
pub fn read<R: Resolve>(session: &mut Session<'_, R>, from: &mut File) -> Result<(), Refused> {
    for port in 0.. {
        let Ok(to) = session.input_mut(port) else { break };
        from.read_exact(to)?;
    }
    Ok(())
}

/// Writes the output ports to the file.
pub fn write<R: Resolve>(session: &Session<'_, R>, to: &mut File) -> Result<(), Refused> {
    for port in 0.. {
        let Ok(view) = session.output(port) else { break };
        to.write(bytes(&view).map_err(|_| Refused)?)?;
    }
    Ok(())
}

/// Bytes of one row of input.
pub fn len<R: Resolve>(session: &mut Session<'_, R>) -> usize {
    (0..).map_while(|port| session.input_mut(port).ok().map(|to| to.len())).sum()
}

fn bytes<'a>(view: &View<'a>) -> Result<&'a [u8], Error> {
    Ok(match view.kind() {
        Kind::I8 => aligned::bytes(view.elements::<i8>()?),
        Kind::U8 => view.elements::<u8>()?,
        Kind::I16 => aligned::bytes(view.elements::<i16>()?),
        Kind::I32 => aligned::bytes(view.elements::<i32>()?),
        Kind::F32 => aligned::bytes(view.elements::<f32>()?),
    })
}
