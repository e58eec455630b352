//! Reading a list to its end.

use super::Failure;

/// What was read of a list, and what kept it from being read to its end, if anything did.
pub(crate) struct Paged<T> {
    pub(crate) items: Vec<T>,
    pub(crate) failure: Option<Failure>,
}

/// Asks for page after page. `page` gets the token and answers the items and the next token.
pub(crate) async fn pages<T>(
    operation: &'static str,
    mut page: impl AsyncFnMut(Option<String>) -> Result<(Vec<T>, Option<String>), Failure>,
) -> Paged<T> {
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    loop {
        match page(token.clone()).await {
            Ok((more, next)) => {
                items.extend(more);
                match next.filter(|next| !next.is_empty()) {
                    None => {
                        return Paged {
                            items,
                            failure: None,
                        };
                    }
                    // A token that does not move would have us here for ever.
                    Some(next) if token.as_ref() == Some(&next) => {
                        let failure = Failure::other(operation, "the page token does not advance");
                        return Paged {
                            items,
                            failure: Some(failure),
                        };
                    }
                    Some(next) => token = Some(next),
                }
            }
            Err(failure) => {
                return Paged {
                    items,
                    failure: Some(failure),
                };
            }
        }
    }
}
