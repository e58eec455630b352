//! Turns `models/*.json` into Rust: a static schema and plain structs for each service.
//!
//! Output per service: `<module>.rs` in `OUT_DIR`, included by `src/services.rs`.

#[path = "build/model.rs"]
mod model;
#[path = "build/names.rs"]
mod names;
#[path = "build/schema.rs"]
mod schema;
#[path = "build/structs.rs"]
mod structs;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use model::Model;

/// Model file (without `.json`), which also names the service to callers.
const SERVICES: [&str; 11] = [
    "account",
    "atrium",
    "cloudtrail",
    "cloudtrail-data",
    "iam",
    "identitystore",
    "organizations",
    "sso",
    "sso-admin",
    "sso-oidc",
    "sts",
];

fn main() -> Result<(), Box<dyn Error>> {
    let models = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../models");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=build.rs");
    for service in SERVICES {
        let path = models.join(format!("{service}.json"));
        println!("cargo::rerun-if-changed={}", path.display());
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let model =
            Model::parse(service, &text).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut code = String::new();
        structs::write(&model, &mut code);
        code.push_str("#[doc = \"The static schema of this service.\"]\npub mod schema {\nuse crate::meta::*;\n");
        schema::write(&model, &mut code);
        code.push_str("}\n");
        fs::write(out.join(format!("{}.rs", names::module(service))), code)?;
    }
    Ok(())
}
