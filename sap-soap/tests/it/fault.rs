//! What is no good reply, in every form SAP and its surroundings send.

use sap_soap::response::{
    DecodeOptions, Decoded, Fault, FaultKind, Kind, ReadErrorKind, Received, Severity, decode,
};

fn received(status: u16, content_type: &str, body: &str) -> Decoded {
    let received = Received {
        status: Some(status),
        content_type: Some(content_type),
        body: body.as_bytes(),
    };
    decode(received, DecodeOptions::default()).unwrap()
}

fn fault(status: u16, body: &str) -> Fault {
    let decoded = received(status, "text/xml; charset=utf-8", body);
    assert_eq!(decoded.kind, Kind::Fault, "{body}");
    decoded.fault.unwrap()
}

fn soap_fault(content: &str) -> String {
    format!(
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/>\
         <soap-env:Body><soap-env:Fault>{content}</soap-env:Fault></soap-env:Body></soap-env:Envelope>"
    )
}

#[test]
fn a_declared_exception_has_name_message_and_variables() {
    let body = soap_fault(
        "<faultcode>soap-env:Client</faultcode><faultstring xml:lang=\"en\">ExcNoPermission</faultstring><detail>\
         <n0:ZGetDue.Exception xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\"><Name>ExcNoPermission</Name>\
         <Text>No permission for 1000</Text><Message><ID>FC</ID><Number>042</Number></Message>\
         <Attributes><V1>1000</V1><V2/></Attributes></n0:ZGetDue.Exception></detail>",
    );
    let fault = fault(500, &body);
    assert_eq!(
        (fault.kind, fault.name.as_deref()),
        (FaultKind::Exception, Some("ExcNoPermission"))
    );
    let message = fault.message.as_ref().unwrap();
    assert_eq!((message.id.as_str(), message.number.as_str()), ("FC", "042"));
    assert_eq!(message.variables, ["1000", "", "", ""]);
    assert_eq!(
        fault.to_string(),
        "exception ExcNoPermission FC 042: No permission for 1000 (HTTP 500)"
    );
    assert!(!fault.is_transient());
}

#[test]
fn an_exception_may_have_neither_text_nor_message() {
    let body = soap_fault(
        "<faultcode>soap-env:Client</faultcode><faultstring xml:lang=\"en\">NO_ACR</faultstring><detail>\
         <n0:Z_FI_ACR.Exception xmlns:n0=\"urn:sap-com:document:sap:rfc:functions\"><Name>NO_ACR</Name><Text/>\
         </n0:Z_FI_ACR.Exception></detail>",
    );
    let fault = fault(500, &body);
    assert_eq!(
        (fault.kind, fault.name.as_deref()),
        (FaultKind::Exception, Some("NO_ACR"))
    );
    assert_eq!((fault.text.as_deref(), fault.message), (Some("NO_ACR"), None));
}

#[test]
fn time_and_transaction_are_found_in_any_language() {
    for text in [
        "Web service processing error; more details in the web service error log on provider side (UTC timestamp 20200203155236; Transaction ID 65A8F447DCBF0010E005DEB2956F67BF)",
        "웹 서비스 처리 오류; 자세한 내용은 공급자 측 로그 참조(UTC 시간 20200203155236, 트랜잭션 ID 65A8F447DCBF0010E005DEB2956F67BF)",
        "(65A8F447DCBF0010E005DEB2956F67BF/20200203155236)",
    ] {
        let fault = fault(
            500,
            &soap_fault(&format!(
                "<faultcode>soap-env:Server</faultcode><faultstring>{text}</faultstring><detail/>"
            )),
        );
        assert_eq!(fault.kind, FaultKind::Processing, "{text}");
        assert_eq!(
            fault.transaction_id.as_deref(),
            Some("65A8F447DCBF0010E005DEB2956F67BF")
        );
        assert_eq!(fault.timestamp.unwrap().to_string(), "2020-02-03T15:52:36Z");
    }
}

#[test]
fn the_kernels_own_soap_puts_the_reason_into_the_detail() {
    let body = soap_fault(
        "<faultcode>SOAP-ENV:Server</faultcode><faultstring>Internal Server Error</faultstring><detail>\
         <rfc:Error xmlns:rfc=\"urn:sap-com:document:sap:soap:functions\"><type>FU_NOT_FOUND</type>\
         <message>Function module Z_X not found</message></rfc:Error></detail>",
    );
    let fault = fault(500, &body);
    assert_eq!(
        (fault.kind, fault.name.as_deref()),
        (FaultKind::SoapRfc, Some("FU_NOT_FOUND"))
    );
    assert_eq!(fault.text.as_deref(), Some("Function module Z_X not found"));
}

#[test]
fn soap_1_2_faults_are_read() {
    let body = "<env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\"><env:Body><env:Fault><env:Code>\
        <env:Value>env:Receiver</env:Value></env:Code><env:Reason><env:Text xml:lang=\"en\">Web service processing error \
        (UTC timestamp 20200203155236; Transaction ID 65A8F447DCBF0010E005DEB2956F67BF)</env:Text></env:Reason>\
        </env:Fault></env:Body></env:Envelope>";
    let fault = fault(500, body);
    assert_eq!(
        (fault.kind, fault.code.as_deref()),
        (FaultKind::Processing, Some("env:Receiver"))
    );
}

#[test]
fn a_service_fault_has_its_first_detail_as_message() {
    let body = soap_fault(
        "<faultcode>soap-env:Client</faultcode><faultstring>x</faultstring><detail><n0:StandardMessageFault xmlns:n0=\"http://sap.com/xi/SAPGlobal20/Global\">\
         <standard><faultText>Not created</faultText><faultDetail><severity>E</severity><text>No account</text><id>042(F2)</id></faultDetail>\
         <faultDetail><text>b</text></faultDetail></standard></n0:StandardMessageFault></detail>",
    );
    let fault = fault(500, &body);
    assert_eq!(
        (fault.kind, fault.text.as_deref()),
        (FaultKind::Standard, Some("Not created"))
    );
    let message = fault.message.unwrap();
    assert_eq!(
        (
            message.id.as_str(),
            message.number.as_str(),
            message.text.as_str()
        ),
        ("F2", "042", "No account")
    );
}

fn reply(content: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><n0:ZPutResponse \
         xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">{content}</n0:ZPutResponse></e:Body></e:Envelope>"
    )
}

fn message(severity: &str, text: &str) -> String {
    format!(
        "<Type>{severity}</Type><Id>Z1</Id><Number>001</Number><Message>{text}</Message><MessageV1/><Row>2</Row>"
    )
}

#[test]
fn a_good_status_with_an_error_message_is_a_business_error() {
    let table = |entries: &[(&str, &str)]| {
        let items: String = entries
            .iter()
            .map(|(s, t)| format!("<item>{}</item>", message(s, t)))
            .collect();
        received(
            200,
            "text/xml",
            &reply(&format!("<EtReturn>{items}</EtReturn><EvN>1</EvN>")),
        )
    };
    for good in [&[][..], &[("S", "a"), ("I", "b"), ("W", "c"), ("", "d")]] {
        assert_eq!(table(good).kind, Kind::Response, "{good:?}");
    }
    let decoded = table(&[("S", "a"), ("E", "b"), ("A", "c"), ("E", "d")]);
    assert_eq!(
        (decoded.kind, decoded.operation.as_deref()),
        (Kind::BusinessError, Some("ZPut"))
    );
    assert_eq!(decoded.values.text("EvN"), Some("1"));
    assert_eq!(decoded.messages.len(), 4);
    let fault = decoded.into_result().unwrap_err();
    assert_eq!(
        (fault.kind, fault.text.as_deref()),
        (FaultKind::Business, Some("c"))
    );
    assert_eq!(
        fault.message.map(|m| (m.severity, m.row)),
        Some((Severity::Abort, 2))
    );
    let structure = received(
        200,
        "text/xml",
        &reply(&format!("<RETURN>{}</RETURN>", message("E", "x"))),
    );
    assert_eq!(structure.kind, Kind::BusinessError);
}

#[test]
fn pages_and_empty_replies_are_not_soap() {
    let page =
        "<html><head><title>Logon Error Message</title></head><body>Anmeldung fehlgeschlagen</body></html>";
    let broken = "<html><head><title>Logon</title></head><body>a<br>b<input type=\"password\"></body></html>";
    for (status, content_type, body, kind) in [
        (401, "text/html", page, FaultKind::Logon),
        // Without its content type, and well-formed.
        (401, "text/xml", page, FaultKind::Logon),
        (200, "text/html", broken, FaultKind::Logon),
        (200, "text/xml", broken, FaultKind::Logon),
        (
            403,
            "text/html",
            "<html><title>403 Forbidden</title></html>",
            FaultKind::Forbidden,
        ),
        (
            404,
            "text/html",
            "<html><title>Resource not found: Partner not reached</title></html>",
            FaultKind::Unavailable,
        ),
        (404, "", "", FaultKind::NotFound),
        (413, "text/plain", "Payload Too Large", FaultKind::TooLarge),
        (
            500,
            "text/html",
            "<html><title>500 Connection timed out</title></html>",
            FaultKind::Unavailable,
        ),
        (503, "text/html", "", FaultKind::Unavailable),
        (200, "text/xml", "", FaultKind::Empty),
        (200, "application/json", "{}", FaultKind::NotSoap),
        (
            200,
            "text/xml",
            "<error><user>X</user><errorText>WSP Exception caught: y</errorText></error>",
            FaultKind::WsdlRefused,
        ),
    ] {
        let decoded = received(status, content_type, body);
        assert_eq!(decoded.kind, Kind::NotSoap, "{status} {body}");
        let fault = decoded.fault.unwrap();
        assert_eq!(
            (fault.kind, fault.http_status),
            (kind, Some(status)),
            "{status} {body}"
        );
    }
}

#[test]
fn accepted_without_a_body_is_a_good_reply() {
    let decoded = received(202, "text/xml", "");
    assert_eq!((decoded.kind, decoded.fault), (Kind::Response, None));
}

#[test]
fn a_page_a_truncated_reply_and_a_dtd_are_three_things() {
    let read = |body: &str| {
        let received = Received {
            status: Some(200),
            content_type: Some("text/xml"),
            body: body.as_bytes(),
        };
        decode(received, DecodeOptions::default())
    };
    assert_eq!(read("<!DOCTYPE html><html></html>").unwrap().kind, Kind::NotSoap);
    let whole = reply("<EvN>1</EvN>");
    assert_eq!(
        read(&whole[..whole.len() - 20]).unwrap_err().kind(),
        ReadErrorKind::Truncated
    );
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><a>&b;</a>";
    assert_eq!(read(bomb).unwrap_err().kind(), ReadErrorKind::Dtd);
}

#[test]
fn a_reply_is_never_taken_for_a_request() {
    let body = "<r:Z_GET xmlns:r=\"urn:sap-com:document:sap:rfc:functions\"><A>1</A></r:Z_GET>";
    assert_eq!(received(200, "text/xml", body).kind, Kind::Response);
    let saved = Received {
        body: body.as_bytes(),
        ..Received::default()
    };
    assert_eq!(
        decode(saved, DecodeOptions::default()).unwrap().kind,
        Kind::Request
    );
}

#[test]
fn a_failed_status_with_a_good_body_is_still_a_failure() {
    let decoded = received(500, "text/xml", &reply("<EvN>1</EvN>"));
    assert_eq!(
        (decoded.kind, decoded.values.text("EvN")),
        (Kind::Fault, Some("1"))
    );
}
