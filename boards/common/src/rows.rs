//! A model's rows in files of the host: raw little-endian bytes, ports in order, one row behind the other.

use crate::host::{File, Refused};
use midge_core::{Resolve, Session};

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
        to.write(view.bytes())?;
    }
    Ok(())
}

/// Bytes of one row of input.
pub fn len<R: Resolve>(session: &mut Session<'_, R>) -> usize {
    (0..).map_while(|port| session.input_mut(port).ok().map(|to| to.len())).sum()
}
