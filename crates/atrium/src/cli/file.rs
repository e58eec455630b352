//! `atrium.toml`: the flags, written down.
//!
//! A key is a flag's name without the dashes, in the table of its command: `[audit] fail-on = "high"`,
//! `[instance.enable] name = "main"`. A key further up holds for every command below that has such a
//! flag, so `endpoint-url` may stand at the top. A key that means nothing is an error: a setting that
//! is silently not applied is worse than none.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Command;
use toml::{Table, Value};

use super::Failure;
use super::setting::Setting;

const DEFAULT: &str = "atrium.toml";
const VARIABLE: &str = "ATRIUM_CONFIG";
/// A file of settings is short; more is something else.
const LARGEST: u64 = 1 << 20;

/// A configuration file that was read.
#[derive(Debug)]
pub(super) struct ConfigFile {
    path: PathBuf,
    table: Table,
}

impl ConfigFile {
    /// The file that the arguments or the environment name, or the one in this folder, if any.
    pub(super) fn find(arguments: &[OsString]) -> Result<Option<Self>, Failure> {
        let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        let named = named(arguments).or(variable).map(PathBuf::from);
        match named {
            Some(path) => Self::read(&path).map(Some),
            None if Path::new(DEFAULT).is_file() => Self::read(Path::new(DEFAULT)).map(Some),
            None => Ok(None),
        }
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable = |why: String| {
            Failure::Usage(format!(
                "cannot read configuration file `{}`: {why}",
                path.display()
            ))
        };
        let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
        if size.len() > LARGEST {
            return Err(unreadable(format!("it has more than {LARGEST} bytes")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let table = text.parse::<Table>().map_err(|error| {
            let error = error.to_string();
            Failure::Usage(format!(
                "cannot read configuration file `{}`: {}",
                path.display(),
                error.trim_end()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            table,
        })
    }

    /// The command with the file's values as its defaults.
    pub(super) fn apply(&self, command: Command) -> Result<Command, Failure> {
        let whole = command.clone();
        self.apply_table(command, &whole, &self.table, &mut Vec::new())
    }

    fn apply_table(
        &self,
        mut command: Command,
        whole: &Command,
        table: &Table,
        at: &mut Vec<String>,
    ) -> Result<Command, Failure> {
        // What is said for one command outweighs what is said for all, so it is applied later.
        for (key, value) in table.iter().filter(|(_, value)| !value.is_table()) {
            let mut setting = Setting {
                file: self,
                whole,
                key,
                value,
                at,
                found: false,
            };
            let path = std::iter::once(whole.get_name()).chain(at.iter().map(String::as_str));
            command = setting.put(command, path.map(str::to_owned).collect())?;
            if !setting.found {
                return Err(self.wrong(at, key, "no such setting"));
            }
        }
        for (key, value) in table {
            let Value::Table(inner) = value else { continue };
            let Some(sub) = command.find_subcommand(key).cloned() else {
                return Err(self.wrong(at, key, "no such command"));
            };
            at.push(key.clone());
            let sub = self.apply_table(sub, whole, inner, at)?;
            at.pop();
            command = command.mut_subcommand(key.clone(), |_| sub);
        }
        Ok(command)
    }

    pub(super) fn wrong(&self, at: &[String], key: &str, why: &str) -> Failure {
        let key: Vec<&str> = at.iter().map(String::as_str).chain([key]).collect();
        Failure::Usage(format!(
            "`{}` in {}: {why}",
            key.join("."),
            self.path.display()
        ))
    }
}

/// The value of `--config` among the arguments, before anything else is understood of them.
fn named(arguments: &[OsString]) -> Option<OsString> {
    let mut rest = arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        if argument == "--config" {
            return rest.next().cloned();
        }
        if let Some(value) = argument
            .to_str()
            .and_then(|text| text.strip_prefix("--config="))
        {
            return Some(value.into());
        }
    }
    None
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use clap::Arg;

    use super::*;

    fn command() -> Command {
        let region = || Arg::new("region").long("region");
        Command::new("atrium")
            .subcommand(
                Command::new("audit")
                    .arg(
                        Arg::new("fail_on")
                            .long("fail-on")
                            .value_parser(["low", "high"]),
                    )
                    .arg(
                        Arg::new("formats")
                            .long("format")
                            .value_delimiter(',')
                            .default_value("csv"),
                    )
                    .arg(
                        Arg::new("concurrency")
                            .long("concurrency")
                            .value_parser(clap::value_parser!(u16)),
                    )
                    .arg(Arg::new("zone").long("zone")),
            )
            .subcommand(
                Command::new("instance")
                    .subcommand(Command::new("enable").arg(Arg::new("zone").long("zone")))
                    .subcommand(Command::new("list").arg(region())),
            )
    }

    fn values(text: &str, line: &[&str], id: &str) -> Result<Vec<String>, String> {
        let file = ConfigFile::parse(Path::new("x.toml"), text).map_err(said)?;
        let mut matches = &file.apply(command()).map_err(said)?.get_matches_from(line);
        while let Some((_, below)) = matches.subcommand() {
            matches = below;
        }
        let raw = matches.get_raw(id).map(|raw| {
            raw.map(|value| value.to_str().unwrap().to_owned())
                .collect()
        });
        Ok(raw.unwrap_or_default())
    }

    fn said(failure: Failure) -> String {
        match failure {
            Failure::Usage(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_outweigh_the_file_and_the_nearer_table_outweighs_the_farther() {
        let cases: &[(&str, &[&str], &str, &[&str])] = &[
            (
                "[audit]\nfail-on = 'high'",
                &["atrium", "audit"],
                "fail_on",
                &["high"],
            ),
            (
                "[audit]\nfail-on = 'high'",
                &["atrium", "audit", "--fail-on", "low"],
                "fail_on",
                &["low"],
            ),
            (
                "[audit]\nconcurrency = 8",
                &["atrium", "audit"],
                "concurrency",
                &["8"],
            ),
            (
                "[audit]\nformat = ['csv', 'html']",
                &["atrium", "audit"],
                "formats",
                &["csv", "html"],
            ),
            (
                "[audit]\nzone = ['a', 'b']",
                &["atrium", "audit"],
                "zone",
                &["a,b"],
            ),
            (
                "zone = 'a'",
                &["atrium", "instance", "enable"],
                "zone",
                &["a"],
            ),
            (
                "zone = 'a'\n[audit]\nzone = 'b'",
                &["atrium", "audit"],
                "zone",
                &["b"],
            ),
            (
                "[instance.enable]\nzone = 'c'\n",
                &["atrium", "instance", "enable"],
                "zone",
                &["c"],
            ),
            (
                "[instance]\nzone = 'd'\n",
                &["atrium", "instance", "enable"],
                "zone",
                &["d"],
            ),
            ("", &["atrium", "audit"], "formats", &["csv"]),
        ];
        for (text, line, id, want) in cases {
            assert_eq!(values(text, line, id).unwrap(), *want, "{text} {line:?}");
        }
    }

    #[test]
    fn what_means_nothing_is_named() {
        let cases = [
            (
                "[audit]\nfailon = 'high'",
                "`audit.failon` in x.toml: no such setting",
            ),
            ("[adit]\n", "`adit` in x.toml: no such command"),
            ("colour = 1", "`colour` in x.toml: no such setting"),
            (
                "[audit]\nfail-on = 'loud'",
                "`audit.fail-on` in x.toml: invalid value 'loud'",
            ),
            (
                "[audit]\nconcurrency = -1",
                "`audit.concurrency` in x.toml: invalid value '-1'",
            ),
            (
                "[audit]\nfail-on = [['a']]",
                "`audit.fail-on` in x.toml: expected a text",
            ),
            ("[audit", "cannot read configuration file `x.toml`"),
        ];
        for (text, want) in cases {
            let said = values(text, &["atrium", "audit"], "fail_on").unwrap_err();
            assert!(said.starts_with(want), "{text}: {said}");
        }
    }

    #[test]
    fn the_file_is_named_before_anything_else_is_understood() {
        let cases: &[(&[&str], Option<&str>)] = &[
            (&["atrium", "audit"], None),
            (&["atrium", "--config", "a.toml", "audit"], Some("a.toml")),
            (&["atrium", "audit", "--config=b.toml"], Some("b.toml")),
            (&["atrium", "audit", "--", "--config=b.toml"], None),
        ];
        for (line, want) in cases {
            let line: Vec<OsString> = line.iter().map(OsString::from).collect();
            assert_eq!(named(&line), want.map(OsString::from), "{line:?}");
        }
    }
}
