//! Midge core.
#![no_std]
