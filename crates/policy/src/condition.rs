use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ipnet::IpNet;
use jiff::Timestamp;

use crate::{
    arn::components_match,
    context::Context,
    date,
    glob::{Case, matches},
    number::Decimal,
    operator::{Operator, Quantifier, Test},
    template::{Reading, Template},
};

/// One key of a `Condition` with its operator and the values it is compared with. All clauses of a statement must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    name: Box<str>,
    operator: Operator,
    key: Box<str>,
    wants: Vec<(Box<str>, Want)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Want {
    Text(Template),
    Number(Decimal),
    Date(Timestamp),
    Binary(Vec<u8>),
    Ip(IpNet),
    Missing(bool),
}

impl Clause {
    /// Compiles a clause; the error tells which part can't be understood.
    pub(crate) fn new(
        name: &str,
        key: &str,
        values: &[String],
        variables: bool,
    ) -> Result<Self, String> {
        let operator =
            Operator::parse(name).ok_or_else(|| format!("`{name}` is not a condition operator"))?;
        let wants = values.iter().map(|value| {
            let want = Want::new(operator.test, value, variables)
                .ok_or_else(|| format!("`{value}` is not a value for {name}"))?;
            Ok((value.as_str().into(), want))
        });
        Ok(Self {
            name: name.into(),
            operator,
            key: key.into(),
            wants: wants.collect::<Result<_, String>>()?,
        })
    }

    /// The operator as written, such as `ForAnyValue:StringLike`.
    pub fn operator(&self) -> &str {
        &self.name
    }

    /// The condition key as written, such as `aws:PrincipalAccount`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values as written.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &str> {
        self.wants.iter().map(|(source, _)| source.as_ref())
    }

    /// Whether the clause holds for a request with this context.
    pub fn holds(&self, context: &Context<'_>) -> bool {
        let Operator {
            test,
            negated,
            if_exists,
            quantifier,
        } = self.operator;
        let values = context.get(&self.key);
        if test == Test::Null {
            let missing = values.is_empty();
            return self
                .wants
                .iter()
                .any(|(_, want)| *want == Want::Missing(missing));
        }
        let one = |value: &str| {
            self.wants
                .iter()
                .any(|(_, want)| want.fits(test, value, context))
        };
        match quantifier {
            // True also without a key, or if it "resolves to a null data set, such as an empty string".
            Some(Quantifier::All) => values
                .iter()
                .filter(|v| !v.is_empty())
                .all(|value| one(value) != negated),
            Some(Quantifier::Any) if values.is_empty() => if_exists,
            Some(Quantifier::Any) => values.iter().any(|value| one(value) != negated),
            None if values.is_empty() => if_exists || negated,
            None => values.iter().any(|value| one(value)) != negated,
        }
    }
}

impl Want {
    fn new(test: Test, value: &str, variables: bool) -> Option<Self> {
        let template = |wildcards| {
            Template::new(
                value,
                Reading {
                    wildcards,
                    variables,
                },
            )
        };
        let truth = || match value {
            _ if value.eq_ignore_ascii_case("true") => Some(true),
            _ if value.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        Some(match test {
            Test::Text { wildcards, .. } => Self::Text(template(wildcards)),
            Test::Arn => Self::Text(template(true)),
            Test::Bool => {
                let template = template(false);
                (template.has_variables() || truth().is_some()).then_some(Self::Text(template))?
            }
            Test::Null => Self::Missing(truth()?),
            Test::Number(_) => Self::Number(Decimal::parse(value)?),
            Test::Date(_) => Self::Date(date::parse(value)?),
            Test::Binary => Self::Binary(STANDARD.decode(value).ok()?),
            Test::Ip => Self::Ip(network(value)?),
        })
    }

    fn fits(&self, test: Test, value: &str, context: &Context<'_>) -> bool {
        match (self, test) {
            (Self::Text(template), Test::Arn) => template
                .expand(context)
                .is_some_and(|pattern| components_match(&pattern, value)),
            (Self::Text(template), test) => {
                let ignored = matches!(
                    test,
                    Test::Bool
                        | Test::Text {
                            ignore_case: true,
                            ..
                        }
                );
                let case = if ignored {
                    Case::Ignored
                } else {
                    Case::Sensitive
                };
                template
                    .expand(context)
                    .is_some_and(|pattern| matches(&pattern, value, case))
            }
            (Self::Number(want), Test::Number(order)) => {
                Decimal::parse(value).is_some_and(|number| order.accepts(number.cmp(want)))
            }
            (Self::Date(want), Test::Date(order)) => {
                date::parse(value).is_some_and(|moment| order.accepts(moment.cmp(want)))
            }
            (Self::Binary(want), _) => STANDARD.decode(value).is_ok_and(|bytes| bytes == *want),
            (Self::Ip(network), _) => {
                // The key may itself hold a network; it must then lie within.
                self::network(value).is_some_and(|address| network.contains(&address))
            }
            _ => false,
        }
    }
}

/// Reads an address or a network in CIDR notation, IPv4 or IPv6. An IPv4 address written as IPv6 is an IPv4 address.
fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address.to_canonical())),
        Err(_) => text.parse().ok(),
    }
}
