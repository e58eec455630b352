//! `FROM 9c0f0f2b-…`: an event data store's id is a table's name without quotes, which no tokenizer takes for one word.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{
    Location, Span, Token, TokenWithSpan, Tokenizer, Word,
};

use super::dialect::LakeDialect;
use super::error::SqlError;

const LENGTH: usize = 36;

/// The tokens of a statement, the pieces of each id as one quoted name at the place of the first.
pub fn tokens(statement: &str) -> Result<Vec<TokenWithSpan>, SqlError> {
    let mut rest = Tokenizer::new(&LakeDialect::default(), statement).tokenize_with_location()?;
    let mut tokens = Vec::with_capacity(rest.len());
    let mut pieces = rest.drain(..).peekable();
    while let Some(first) = pieces.next() {
        if !is_piece(&first.token) {
            tokens.push(first);
            continue;
        }
        let mut run = vec![first];
        while !run.last().is_some_and(ends_in_dot)
            && let Some(more) = pieces.next_if(|next| is_piece(&next.token))
        {
            run.push(more);
        }
        match id_of(&run) {
            Some(id) => tokens.extend(id),
            None => tokens.extend(run),
        }
    }
    Ok(tokens)
}

/// Whether an id may be made of such tokens; spaces are tokens too.
fn is_piece(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_none(),
        Token::Number(..) | Token::Minus => true,
        _ => false,
    }
}

/// Whether a number goes on to the dot behind an id.
fn ends_in_dot(piece: &TokenWithSpan) -> bool {
    matches!(&piece.token, Token::Number(digits, _) if digits.ends_with('.'))
}

/// The name that the tokens are together. A dot after it that was taken for a number's is a token of its own again.
fn id_of(run: &[TokenWithSpan]) -> Option<Vec<TokenWithSpan>> {
    let text: String = run.iter().map(|piece| piece.token.to_string()).collect();
    let id = text.strip_suffix('.').unwrap_or(&text);
    if !is_id(id) {
        return None;
    }
    let word = Token::Word(Word {
        value: id.to_ascii_lowercase(),
        quote_style: Some('"'),
        keyword: Keyword::NoKeyword,
    });
    let (start, end) = (run.first()?.span.start, run.last()?.span.end);
    let mut tokens = vec![TokenWithSpan::new(word, Span::new(start, end))];
    if id.len() < text.len() {
        let dot = Location::new(end.line, end.column.saturating_sub(1));
        tokens.push(TokenWithSpan::new(Token::Period, Span::new(dot, end)));
    }
    Some(tokens)
}

fn is_id(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == LENGTH && text.bytes().enumerate().all(fits)
}
