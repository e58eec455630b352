//! One setting of the configuration file, and the flags it is the default of.

use clap::error::ErrorKind;
use clap::{Arg, Command};
use toml::Value;

use super::Failure;
use super::file::ConfigFile;

/// Flags that have a variable of AWS's own, which outweighs the file as every variable does.
const OF_AWS: &[(&str, &[&str])] = &[
    ("endpoint-url", &["AWS_ENDPOINT_URL"]),
    ("profile", &["AWS_PROFILE"]),
    ("region", &["AWS_REGION", "AWS_DEFAULT_REGION"]),
];

/// One key and its value, on the way to the flags it is for.
pub(super) struct Setting<'a> {
    pub(super) file: &'a ConfigFile,
    pub(super) whole: &'a Command,
    pub(super) key: &'a str,
    pub(super) value: &'a Value,
    pub(super) at: &'a [String],
    pub(super) found: bool,
}

impl Setting<'_> {
    /// Sets the value in a command, which `path` leads to, and in all below it.
    pub(super) fn put(
        &mut self,
        mut command: Command,
        path: Vec<String>,
    ) -> Result<Command, Failure> {
        let arg = command
            .get_arguments()
            .find(|arg| arg.get_long() == Some(self.key))
            .cloned();
        if let Some(arg) = arg.filter(|_| !matches!(self.key, "config" | "help" | "version")) {
            self.found = true;
            let texts =
                texts(self.value, arg.get_value_delimiter().is_some()).ok_or_else(|| {
                    self.wrong("expected a text, a number, true, false, or a list of those")
                })?;
            self.check(&path, &texts)?;
            if !outweighed(self.key) {
                let id = arg.get_id().clone();
                command = command.mut_arg(id, |arg: Arg| arg.default_values(texts));
            }
        }
        let names: Vec<String> = command
            .get_subcommands()
            .map(|sub| sub.get_name().to_owned())
            .collect();
        for name in names {
            let Some(sub) = command.find_subcommand(&name).cloned() else {
                continue;
            };
            let sub = self.put(sub, [path.as_slice(), std::slice::from_ref(&name)].concat())?;
            command = command.mut_subcommand(name, |_| sub);
        }
        Ok(command)
    }

    /// Lets clap judge the value as if it stood on the command line.
    fn check(&self, path: &[String], texts: &[String]) -> Result<(), Failure> {
        for text in texts {
            let line = path
                .iter()
                .cloned()
                .chain([format!("--{}={text}", self.key)]);
            let Err(error) = self.whole.clone().try_get_matches_from(line) else {
                continue;
            };
            // What else is amiss with such a line, such as a missing argument, is not the value's fault.
            if matches!(
                error.kind(),
                ErrorKind::InvalidValue
                    | ErrorKind::ValueValidation
                    | ErrorKind::InvalidUtf8
                    | ErrorKind::TooManyValues
                    | ErrorKind::TooFewValues
                    | ErrorKind::WrongNumberOfValues
            ) {
                let said = error.to_string();
                let first = said.lines().next().unwrap_or_default();
                return Err(self.wrong(first.trim_start_matches("error: ")));
            }
        }
        Ok(())
    }

    fn wrong(&self, why: &str) -> Failure {
        self.file.wrong(self.at, self.key, why)
    }
}

fn outweighed(key: &str) -> bool {
    let variables = OF_AWS
        .iter()
        .filter(|(flag, _)| *flag == key)
        .flat_map(|(_, names)| names.iter());
    variables
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// A value as it would be written on the command line; a list is one value unless the flag takes several.
fn texts(value: &Value, several: bool) -> Option<Vec<String>> {
    let Value::Array(values) = value else {
        return text(value).map(|text| vec![text]);
    };
    let all: Vec<String> = values.iter().map(text).collect::<Option<_>>()?;
    Some(if several { all } else { vec![all.join(",")] })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Datetime(time) => Some(time.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}
