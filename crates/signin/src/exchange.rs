use std::time::Duration;

use atrium_model::application::{Application, ApplicationStatus};
use atrium_model::directory::{Instance, User};
use atrium_model::token::{BearerToken, TokenKind};
use atrium_model::{OpContext, Timestamp};
use atrium_store::Tx;

use crate::text::TokenText;
use crate::{
    Assertion, ExchangeError, JWT_BEARER, REFRESH_TOKEN, TOKEN_EXCHANGE, bearer, grants, person,
    scopes,
};

/// How long an access token is good (reference: "3,600 s when refreshable").
pub const ACCESS_TOKEN: Duration = Duration::from_secs(3600);
/// How long a sign-in may be renewed: AWS's default for interactive sessions.
pub const SESSION: Duration = Duration::from_secs(8 * 3600);

/// What an application brings for a token.
pub enum Grant<'a> {
    /// The genuine token of an issuer.
    Assertion(Assertion<'a>),
    /// A refresh token of its own.
    RefreshToken(&'a str),
    /// An access token of the instance.
    SubjectToken(&'a str),
}

impl Grant<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Assertion(_) => JWT_BEARER,
            Self::RefreshToken(_) => REFRESH_TOKEN,
            Self::SubjectToken(_) => TOKEN_EXCHANGE,
        }
    }
}

/// An application that asks for a token.
pub struct Exchange<'a> {
    /// The application.
    pub application: &'a Application,
    /// Its instance.
    pub instance: &'a Instance,
    /// What it brings.
    pub grant: Grant<'a>,
    /// The scopes it wants; all that it may have if it names none.
    pub scopes: Option<&'a [String]>,
}

/// Tokens that were issued. Nobody can read them again.
pub struct Issued {
    /// The access token.
    pub access_token: String,
    /// The token that renews it.
    pub refresh_token: Option<String>,
    /// What is kept of the access token.
    pub token: BearerToken,
    /// Whose they are.
    pub user: User,
}

impl Issued {
    /// For how many seconds the access token is good.
    pub fn seconds(&self) -> i64 {
        self.token.expires.as_seconds() - self.token.issued.as_seconds()
    }
}

/// What comes of a grant: whose it is, and which tokens it continues.
struct Origin {
    user: User,
    session: String,
    ends: Timestamp,
    before: Option<Vec<String>>,
    /// The refresh token that stays good.
    refresh_token: Option<String>,
    /// Whether the application gets a refresh token, if it may have one.
    renews: bool,
}

/// Issues an access token to an application, for a person it can prove to speak for.
///
/// # Errors
///
/// See [`ExchangeError`].
pub fn exchange(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    ask: &Exchange<'_>,
) -> Result<Issued, ExchangeError> {
    let Exchange {
        application,
        instance,
        grant,
        scopes: asked,
    } = ask;
    if application.status != ApplicationStatus::Enabled {
        return Err(ExchangeError::Application);
    }
    if !grants::has(tx, application, grant.name())? {
        return Err(ExchangeError::NotGranted(grant.name()));
    }
    let origin = match grant {
        Grant::Assertion(assertion) => of_assertion(cx, tx, ask, assertion)?,
        Grant::RefreshToken(token) => of_refresh_token(cx, tx, ask, token)?,
        Grant::SubjectToken(token) => of_subject_token(cx, tx, ask, token)?,
    };
    person::check_assigned(tx, instance, application, &origin.user.id)?;
    let scopes = scopes::granted(tx, application, *asked, origin.before.as_deref())?;
    let new = |kind, expires: Timestamp| {
        let text = TokenText::new(cx, &instance.id, kind);
        let token = BearerToken {
            instance: instance.id.clone(),
            hash: text.hash(),
            kind,
            application: application.id.clone(),
            user: origin.user.id.clone(),
            scopes: scopes.clone(),
            credential_id: cx.new_uuid(),
            session: origin.session.clone(),
            session_ends: origin.ends,
            issued: cx.now(),
            expires,
        };
        (text.text, token)
    };
    let (access_token, token) = new(
        TokenKind::Access,
        (cx.now() + ACCESS_TOKEN).min(origin.ends),
    );
    tx.insert_bearer_token(&token)?;
    let mut refresh_token = origin.refresh_token.clone();
    if origin.renews && grants::has(tx, application, REFRESH_TOKEN)? {
        let (text, token) = new(TokenKind::Refresh, origin.ends);
        tx.insert_bearer_token(&token)?;
        refresh_token = Some(text);
    }
    Ok(Issued {
        access_token,
        refresh_token,
        token,
        user: origin.user,
    })
}

fn of_assertion(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    ask: &Exchange<'_>,
    assertion: &Assertion<'_>,
) -> Result<Origin, ExchangeError> {
    let issuer = grants::issuer_of(tx, ask.application, assertion)?;
    Ok(Origin {
        user: person::of_assertion(tx, ask.instance, &issuer, assertion)?,
        session: cx.new_uuid(),
        ends: cx.now() + SESSION,
        before: None,
        refresh_token: None,
        renews: true,
    })
}

/// A refresh token stays good: a client whose answer got lost may ask again.
fn of_refresh_token(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    ask: &Exchange<'_>,
    token: &str,
) -> Result<Origin, ExchangeError> {
    let (bearer, application) =
        bearer::find(tx, token, TokenKind::Refresh, cx.now())?.ok_or(ExchangeError::Token)?;
    if bearer.instance.id != ask.instance.id || application.id != ask.application.id {
        return Err(ExchangeError::Token);
    }
    Ok(Origin {
        user: bearer.user,
        session: bearer.token.session,
        ends: bearer.token.session_ends,
        before: Some(bearer.token.scopes),
        refresh_token: Some(token.to_owned()),
        renews: false,
    })
}

/// The person of a token that was issued to this application, or to one whose tokens are meant for it.
fn of_subject_token(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    ask: &Exchange<'_>,
    token: &str,
) -> Result<Origin, ExchangeError> {
    let (bearer, application) =
        bearer::find(tx, token, TokenKind::Access, cx.now())?.ok_or(ExchangeError::Token)?;
    if bearer.instance.id != ask.instance.id {
        return Err(ExchangeError::Token);
    }
    let same = application.id == ask.application.id;
    let scopes = &bearer.token.scopes;
    if !same && !scopes::reach(tx, &application, scopes, ask.application)? {
        return Err(ExchangeError::Token);
    }
    Ok(Origin {
        user: bearer.user,
        session: bearer.token.session,
        ends: bearer.token.session_ends,
        // An application doesn't gain scopes by exchanging its own tokens.
        before: same.then_some(bearer.token.scopes),
        refresh_token: None,
        renews: false,
    })
}
