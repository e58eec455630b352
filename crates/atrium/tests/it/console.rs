//! `atrium instance enable` and `allow-account-instances` against a server that keeps what it is sent.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::run::{Ended, atrium};

/// A server for one request; answers with the status and body, and hands out what it was sent.
fn serve(status: u16, body: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = body.to_owned();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read(&mut stream);
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .unwrap();
        request
    });
    (url, served)
}

fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        let size = stream.read(&mut part).unwrap();
        request.extend_from_slice(&part[..size]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) || size == 0 {
            return text;
        }
    }
}

fn run(status: u16, body: &Value, line: &[&str]) -> (Ended, String) {
    let folder = tempfile::tempdir().unwrap();
    let (url, served) = serve(status, &body.to_string());
    let variables = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_SESSION_TOKEN", "token"),
    ];
    let ended = atrium(folder.path(), &variables, line);
    (ended, served.join().unwrap())
}

#[test]
fn enable_is_a_signed_call_of_start_sso() {
    let answer =
        json!({ "InstanceArn": "arn:aws:sso:::instance/ssoins-1", "IdentityStoreId": "d-1" });
    let line = [
        "instance",
        "enable",
        "--name",
        "main",
        "--enabled-at",
        "2023-06-01",
        "--output",
        "json",
    ];
    let (ended, request) = run(200, &answer, &line);
    assert_eq!(ended.status, 0, "{ended:?}");
    let printed: Value = serde_json::from_str(&ended.out).unwrap();
    let want = json!([{
        "InstanceArn": "arn:aws:sso:::instance/ssoins-1", "IdentityStoreId": "d-1", "Region": "eu-west-1",
    }]);
    assert_eq!(printed, want);

    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.starts_with("post / http/1.1"), "{head}");
    for part in [
        "x-amz-target: atriumconsole.startsso",
        "content-type: application/x-amz-json-1.1",
        "x-amz-security-token: token",
        "credential=akidexample/",
        "/eu-west-1/sso/aws4_request",
    ] {
        assert!(head.contains(part), "{part} in {head}");
    }
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body, json!({ "Name": "main", "EnabledAt": 1_685_577_600 }));
}

#[test]
fn refusals_are_told_as_aws_tells_them() {
    let cases = [
        (
            400,
            json!({ "__type": "com.amazonaws.sso#ConflictException", "Message": "there is one already" }),
            "error: StartSSO: ConflictException: there is one already\n",
        ),
        (
            403,
            json!({ "__type": "AccessDeniedException", "message": "no" }),
            "error: StartSSO: AccessDeniedException: no\n",
        ),
        (502, json!("what?"), "error: StartSSO: HTTP status 502\n"),
        (
            200,
            json!({ "InstanceArn": "x" }),
            "error: StartSSO: the answer has no IdentityStoreId\n",
        ),
    ];
    for (status, body, said) in cases {
        let (ended, _) = run(status, &body, &["instance", "enable"]);
        assert_eq!(
            (ended.status, ended.err.as_str()),
            (1, said),
            "{status} {body}"
        );
    }
}

#[test]
fn account_instances_are_allowed_with_an_empty_call() {
    let (ended, request) = run(200, &json!({}), &["instance", "allow-account-instances"]);
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        request
            .to_lowercase()
            .contains("atriumconsole.allowaccountinstances")
    );
    assert!(request.ends_with("{}"), "{request}");
}
