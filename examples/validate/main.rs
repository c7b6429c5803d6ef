//! Holds keys against the running kernel, before any lookup happens, and shows what a key looks like
//! that has drifted.
//!
//! Needs no privileges. Where the kernel has no BTF, the small file beside this example stands in,
//! and the output says so. A path as the only argument checks against that file.

mod keys;

use std::process::ExitCode;

use keys::{CgroupStorageKey, DriftedTuple, In6Addr, Ipv4AddrKey, Ports, Prefix, Route6, SockTuple};
use mapkey_runtime::prelude::*;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Failure> {
    let source = match std::env::args_os().nth(1) {
        Some(path) => Source::file(path)?,
        None => kernel_or_stand_in()?,
    };
    println!("keys against {source}\n");

    let mirrors = [
        &CgroupStorageKey::LAYOUT,
        &In6Addr::LAYOUT,
        &Ipv4AddrKey::LAYOUT,
        &SockTuple::LAYOUT,
        &Ports::LAYOUT,
        &Prefix::LAYOUT,
        &Route6::LAYOUT,
    ];
    let proven = match validate_many(&source, &mirrors) {
        Ok(matches) => {
            for matched in &matches {
                let report = matched.report();
                println!("  {}: {} is {}, {} bytes", report.verdict, report.key, report.counterpart, report.size.ours);
            }
            true
        }
        Err(errors) => {
            println!("{errors}");
            false
        }
    };

    println!("\nand one that has drifted:\n");
    match DriftedTuple::validate_against(&source) {
        Ok(matched) => println!("{matched}"),
        Err(error) => println!("{error}"),
    }
    Ok(if proven { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn kernel_or_stand_in() -> Result<Source, Failure> {
    let error = match Source::kernel() {
        Ok(kernel) => return Ok(kernel),
        Err(error) => error,
    };
    println!("{error}\n");
    println!("a small BTF file that comes with this example stands in for the kernel:");
    Ok(Source::bytes(include_bytes!("../data/kernel.btf").to_vec(), "examples/data/kernel.btf")?)
}
