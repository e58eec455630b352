//! A variable for every flag.

use clap::Command;

/// Names the variable of every flag that does not name one itself: `--fail-on` of `atrium audit` is
/// `ATRIUM_AUDIT_FAIL_ON`.
pub(super) fn name_variables(command: Command) -> Command {
    below(command, "ATRIUM")
}

fn below(command: Command, prefix: &str) -> Command {
    let command = command.mut_args(|arg| {
        let Some(long) = arg.get_long().filter(|_| arg.get_env().is_none()) else {
            return arg;
        };
        if matches!(long, "help" | "version") {
            return arg;
        }
        let name = format!("{prefix}_{}", shouted(long));
        arg.env(name)
    });
    command.mut_subcommands(|sub| {
        let prefix = format!("{prefix}_{}", shouted(sub.get_name()));
        below(sub, &prefix)
    })
}

fn shouted(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    fn variables(command: &Command, found: &mut Vec<(String, String)>) {
        for arg in command.get_arguments() {
            let long = arg.get_long().unwrap_or_default();
            if let Some(name) = arg.get_env() {
                let flag = format!("{} --{long}", command.get_name());
                found.push((flag, name.to_string_lossy().into_owned()));
            } else {
                assert!(
                    matches!(long, "help" | "version" | ""),
                    "{long} has no variable"
                );
            }
        }
        for sub in command.get_subcommands() {
            variables(sub, found);
        }
    }

    #[test]
    fn every_flag_has_a_variable() {
        let mut found = Vec::new();
        variables(&name_variables(Cli::command()), &mut found);
        for (flag, name) in [
            ("audit --fail-on", "ATRIUM_AUDIT_FAIL_ON"),
            ("audit --endpoint-url", "ATRIUM_ENDPOINT_URL"),
            ("enable --enabled-at", "ATRIUM_INSTANCE_ENABLE_ENABLED_AT"),
            ("atrium --config", "ATRIUM_CONFIG"),
        ] {
            let want = (flag.to_owned(), name.to_owned());
            assert!(found.contains(&want), "{want:?} in {found:?}");
        }
    }
}
