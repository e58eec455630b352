//! Running the binary.

use std::path::Path;
use std::process::{Command, Output};

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs the binary in a folder, with nothing in its environment but these variables and credentials.
pub fn atrium(folder: &Path, variables: &[(&str, &str)], line: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atrium"));
    command.args(line).current_dir(folder).env_clear();
    command
        .env("HOME", folder)
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    for (name, value) in variables {
        if value.is_empty() {
            command.env_remove(name);
        } else {
            command.env(name, value);
        }
    }
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    Ended {
        status: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}
