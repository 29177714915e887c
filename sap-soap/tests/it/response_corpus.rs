//! Every real message is read as what it is. The table names each file; a file that it does not name fails the test, and so
//! does a name without a file.

use std::collections::BTreeSet;

use sap_soap::response::{DecodeOptions, Received, decode};
use serde_json::Value;

use crate::corpus;

/// File, kind, operation, and facts: a JSON pointer and the text there, or the number of entries as `#n`.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const CASES: &[Case] = &[
    // Function modules: responses and faults.
    (
        "abap_rfc/omkarttl__FaultCodeTest__02_fault.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "processing"),
            ("/fault/code", "soap-env:Server"),
            ("/fault/timestamp", "2020-02-03T15:52:36Z"),
            ("/fault/transaction_id", "65A8F447DCBF0010E005DEB2956F67BF"),
        ],
    ),
    (
        "abap_rfc/omkarttl__SalesDocumentIsNullTest__04_response.xml",
        "business_error",
        "ZsdrfcCreateSalesOrder",
        &[
            ("/fault/kind", "business"),
            ("/fault/text", "Sales area 4000 20 4 does not exist"),
            ("/fault/message/id", "CZ"),
            ("/fault/message/number", "115"),
            ("/fault/message/variables/2", "4"),
            ("/messages", "#2"),
            ("/messages/1/id", "V4"),
            ("/messages/1/type", "E"),
            ("/values/Salesdocument", ""),
            ("/values/Return", "#2"),
        ],
    ),
    (
        "abap_rfc/omkarttl__SalesDocumentWhenNotNullTest__05_response.xml",
        "response",
        "ZsdrfcCreateSalesOrder",
        &[
            ("/messages", "#2"),
            ("/messages/1/type", "W"),
            ("/messages/1/row", "1"),
            ("/values/Return/0/Message", "Order Not Placed insufficient data "),
            ("/values/Salesdocument", "0031862684"),
        ],
    ),
    (
        "abap_rfc/omkarttl__SalesDocumentWhenNotNullTest__08_response.xml",
        "response",
        "ZsdrfcCreateSalesOrder",
        &[
            ("/messages", "#3"),
            ("/messages/2/variables/1", "31862684"),
            ("/messages/2/parameter", "SALES_HEADER_IN"),
        ],
    ),
    (
        "abap_rfc/omkarttl__SalesDocumentWhenNotNullTest__09_response.xml",
        "response",
        "ZsdrfcCreateSalesOrder",
        &[
            ("/messages", "#3"),
            ("/messages/0/type", "W"),
            ("/messages/2/type", "S"),
        ],
    ),
    (
        "abap_rfc/omkarttl__SalesDocumentWhenNotNullTest__11_response.xml",
        "response",
        "ZsdrfcCreateSalesOrder",
        &[("/values", "#1"), ("/values/Salesdocument", "0031862684")],
    ),
    (
        "abap_rfc/omkarttl__TmlYesTest__13_response.xml",
        "response",
        "ZFIRFC_CUSTOMER_VALIDATION",
        &[("/values/RETURN", "1"), ("/messages", "#0")],
    ),
    (
        "abap_rfc/omkarttl__sapresponse.xml",
        "business_error",
        "ZsdrfcCreateSalesOrder",
        &[("/messages", "#2"), ("/messages/0/system", "LOGSYS250")],
    ),
    (
        "abap_rfc/sap_cloud_sdk__FcxlGetProgramTexts_response.xml",
        "response",
        "FcxlGetProgramTexts",
        &[
            ("/values/EProgramTexts", "#985"),
            ("/values/EProgramTexts/0/Descr", "Confirm selection and continue"),
            ("/values/EProgramTexts/984/TextId", "ZVA"),
            (
                "/values/EProgramTexts/984/Descr",
                "Error found for rule &5: '&8 (&6)",
            ),
            ("/values/Exception", ""),
        ],
    ),
    (
        "abap_rfc/sap_cloud_sdk__SoapRemoteFunctionRequestExecutorTest__01_fault.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "authorization"),
            ("/fault/timestamp", "2017-08-21T15:24:34Z"),
            ("/fault/transaction_id", "AF0DC6FADCD50210E00598DB19C81681"),
        ],
    ),
    (
        "abap_rfc/sap_recipes__BAPI_CURRENCY_GETDECIMALS_request.xml",
        "request",
        "BAPI_CURRENCY_GETDECIMALS",
        &[("/values/CURRENCY", "GBP")],
    ),
    (
        "abap_rfc/sap_recipes__BAPI_CURRENCY_GETDECIMALS_response.xml",
        "response",
        "BAPI_CURRENCY_GETDECIMALS",
        &[
            ("/values/CURRENCY_DECIMALS/CURDECIMALS", "2"),
            ("/values/RETURN/LOG_MSG_NO", "000000"),
            ("/messages", "#0"),
        ],
    ),
    // Function modules: requests.
    (
        "abap_rfc_requests/omkarttl__FaultCodeTest__03_request.xml",
        "request",
        "ZsdrfcCreateSalesOrder",
        &[
            ("/values/OrderHeaderIn/CollectNo", ""),
            ("/values/OrderHeaderIn/SalesOrg", "5000"),
        ],
    ),
    (
        "abap_rfc_requests/omkarttl__SalesDocumentWhenNotNullTest__07_request.xml",
        "request",
        "ZsdrfcCreateSalesOrder",
        &[("/values/BU", "TMPC")],
    ),
    (
        "abap_rfc_requests/omkarttl__SimulateAmcGenerationExcetionTest__01_request.xml",
        "request",
        "ZsdrfcAmcClaimGeneration",
        &[
            ("/values/ClaimItem", "#1"),
            ("/values/ClaimItem/0/ItemCode", "013000"),
            ("/values/Return/0/Id", "1-BVU8RSK"),
            ("/messages", "#0"),
        ],
    ),
    (
        // UTF-16 with a byte order mark, and a declaration that says UTF-8.
        "abap_rfc_requests/ukho__2NewCells.xml",
        "request",
        "Z_ADDS_MAT_INFO",
        &[
            ("/values/IM_MATINFO/ACTIONITEMS", "#8"),
            ("/values/IM_MATINFO/ACTIONITEMS/0/TITLE", "Burnett Inlet AK"),
        ],
    ),
    (
        "abap_rfc_requests/ukho__MoveCell.xml",
        "request",
        "Z_ADDS_MAT_INFO",
        &[
            ("/values/IM_MATINFO/ACTIONITEMS", "#5"),
            ("/values/IM_MATINFO/ACTIONITEMS/1/PROVIDER", "2"),
        ],
    ),
    (
        "abap_rfc_requests/ukho__Re-issue.xml",
        "request",
        "Z_ADDS_MAT_INFO",
        &[
            ("/values/IM_MATINFO/ACTIONITEMS", "#4"),
            ("/values/IM_MATINFO/RECTIME", "053558"),
        ],
    ),
    (
        // With a byte order mark.
        "abap_rfc_requests/ukho__SAPRoSRequest.xml",
        "request",
        "Z_ADDS_ROS",
        &[
            ("/values/IM_ORDER/PROD", "#1"),
            ("/values/IM_ORDER/PROD/0/ENDDA", ""),
        ],
    ),
    (
        "abap_rfc_requests/ukho__SAPS57Request.xml",
        "request",
        "Z_ADDS_MAT_INFO",
        &[("/values/IM_MATINFO/ORG", "UKHO")],
    ),
    (
        "abap_rfc_requests/ukho__UoSMetadataChange.xml",
        "request",
        "Z_ADDS_MAT_INFO",
        &[
            ("/values/IM_MATINFO/ACTIONITEMS", "#1"),
            ("/values/IM_MATINFO/ACTIONITEMS/0/WEEKNO", "202432"),
        ],
    ),
    // Copied by hand.
    (
        "abap_transcribed/Z01bcIdocStatus_response_BAPIRET2_de.xml",
        "business_error",
        "Z01bcIdocStatus",
        &[
            ("/messages", "#4"),
            ("/fault/message/id", "F2"),
            ("/fault/message/number", "042"),
            ("/fault/message/variables/1", "KNOLLCHR"),
            ("/messages/3/text", "Änderungen wurden durchgeführt"),
            ("/values/EvReturnCode", "12"),
        ],
    ),
    (
        "abap_transcribed/Z_FMBC_IF_INBOUND_response_json_in_string.xml",
        "response",
        "Z_FMBC_IF_INBOUND",
        &[(
            "/values/E_OUTPUT",
            "{\"TYPE\":\"S\",\"ID\":\"\",\"NUMBER\":0,\"MESSAGE\":\"数据更新成功\"}",
        )],
    ),
    (
        "abap_transcribed/fault_es_webservice_processing_error_http500.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "processing"),
            ("/fault/timestamp", "2026-08-27T01:38:41Z"),
            ("/fault/transaction_id", "386BDE44326A0040E006A6F8652D99A4"),
        ],
    ),
    (
        "abap_transcribed/s4_ContractAccountCreateConfirmation_ok.xml",
        "response",
        "ContractAccountCreateConfirmation_sync",
        &[
            (
                "/values/ContractAccount/Header/Identification/InternalID",
                "000000002818",
            ),
            ("/messages", "#1"),
            ("/messages/0/type", "I"),
            ("/messages/0/number", "027"),
            ("/messages/0/id", ">3"),
        ],
    ),
    (
        "abap_transcribed/s4_fault_en_webservice_processing_error.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "processing"),
            ("/fault/transaction_id", "8983FE51F96F0070E0060F4D726A6BCC"),
        ],
    ),
    (
        "abap_transcribed/soap_rfc__BAPI_TRANSACTION_COMMIT_response.xml",
        "response",
        "BAPI_TRANSACTION_COMMIT",
        &[("/values/RETURN/NUMBER", "000"), ("/messages", "#0")],
    ),
    (
        "abap_transcribed/soap_rfc__RFC_SYSTEM_INFO_response.xml",
        "response",
        "RFC_SYSTEM_INFO",
        &[
            ("/values/RFCSI/RFCTZONE", "  3600"),
            ("/values/RFCSI/RFCPROTO", "011"),
            ("/values/RFCSI/RFCSI_RESV", ""),
        ],
    ),
    (
        "abap_transcribed/wsdl_get_error_http200_not_soap.xml",
        "not_soap",
        "",
        &[
            ("/fault/kind", "wsdl_refused"),
            ("/fault/text", "WSP Exception caught: something"),
        ],
    ),
    // PI/PO and Cloud Integration.
    (
        "sap_pi_po/karlutka__pi_AdapterMM__02.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "soap"),
            ("/fault/log_id", "C000AC130D121CF4000000020000116D"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__05prev.xml",
        "response",
        "getMessageList",
        &[
            (
                "/values/Response/list/AdapterFrameworkData/qualityOfService",
                "EO",
            ),
            ("/values/Response/list/AdapterFrameworkData/endpoint", "<local>"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__07bykeys.xml",
        "response",
        "getMessagesByKeys",
        &[("/values/Response/list/AdapterFrameworkData", "#2")],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__13bytes.xml",
        "response",
        "getLoggedMessageBytes",
        &[],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__14resend.xml",
        "response",
        "resendMessages",
        &[
            ("/values/Response/keyList/String", "#2"),
            (
                "/values/Response/resultList/AdminActionResult/1/successful",
                "false",
            ),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__16uds.xml",
        "response",
        "getUserDefinedSearchMessages",
        &[("/values/Response/list", ""), ("/values/Response/number", "0")],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__20ids.xml",
        "response",
        "getMessagesByIDs",
        &[(
            "/values/Response/list/AdapterFrameworkData/messageID",
            "7b761582-1227-11ed-8bad-0000004c2912",
        )],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__26conns.xml",
        "response",
        "getConnections",
        &[
            ("/values/Response/String/0", "AFW"),
            ("/values/Response/String/2", "BcAdapter"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__31part.xml",
        "response",
        "getParties",
        &[("/values/Response/@xsi:nil", "true")],
    ),
    (
        "sap_pi_po/karlutka__pi_AdapterMM__34stat.xml",
        "response",
        "getStatusDetails",
        &[("/values/Response/StatusDetail/errorLabelID", "6401")],
    ),
    (
        "sap_pi_po/karlutka__pi_PerformanceDataQuery__03data.xml",
        "response",
        "PerformanceDataQueryResults",
        &[
            ("/values/Result/Text", "Successfully read performance data."),
            ("/values/Result/BeginTime/@timezone", "UTC"),
            ("/values/Result/BeginTime/$", "2022-08-16 21:00:00.0"),
            ("/values/Data/ColumnNames/Column", "#23"),
            ("/values/Data/DataRows/Row/0/Entry", "#23"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_PerformanceDataQuery__04datamin.xml",
        "response",
        "PerformanceDataQueryResults",
        &[("/values/Result/PeriodType", "HOURLY")],
    ),
    (
        "sap_pi_po/karlutka__pi_PerformanceDataQuery__05intervals.xml",
        "response",
        "PerformanceDataQueryResults",
        &[
            ("/values/Result/Code", "MISSING_PARAM"),
            ("/values/UsageTypes/Usage", "#3"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_PerformanceDataQuery__06nodata.xml",
        "response",
        "PerformanceDataQueryResults",
        &[("/values/Result/Text", "No data for selection.")],
    ),
    (
        "sap_pi_po/karlutka__pi_ProfileProcessor__getViewsResponse.xml",
        "response",
        "getViews",
        &[("/values/Response/WSProfile/viewKey", "STRING")],
    ),
    (
        "sap_pi_po/karlutka__pi_SAPControl__03Fault.xml",
        "fault",
        "",
        &[("/fault/kind", "soap"), ("/fault/text", "Invalid filename")],
    ),
    (
        "sap_pi_po/karlutka__pi_SimpleQuery__hq01resp_texts.xml",
        "response",
        "instance",
        &[
            ("/values/@typeid", "com.sap.aii.utilxi.hmi.core.msg.HmiResponse"),
            ("/values/attribute/0/value/@isnull", "false"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__UnitOfMeasureByDimensionQuery_sync.xml",
        "request",
        "UnitOfMeasureByDimensionQuery_sync",
        &[
            (
                "/values/UnitOfMeasureSelectionByDimension/DimensionCode/@listID",
                "Token 1",
            ),
            (
                "/values/UnitOfMeasureSelectionByDimension/DimensionCode/$",
                "Token 6",
            ),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__errorBE_ABAP.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "xi"),
            ("/fault/name", "GENERAL"),
            ("/fault/code", "XIAdapterFramework"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__errorBE_CPI.xml",
        "fault",
        "",
        &[
            ("/fault/kind", "xi"),
            ("/fault/name", "MESSAGE"),
            ("/fault/log_id", "AGRC2X3OW8U_scIbiJQa6QKq4Bua"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__message1.xml",
        "request",
        "Manifest",
        &[("/values/Payload/Name", "MainDocument")],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__mime1.txt",
        "response",
        "answer",
        &[("/values", "#0")],
    ),
    (
        // The header of the message above, alone: not even XML.
        "sap_pi_po/karlutka__pi_XI__mime1_contentType.txt",
        "not_soap",
        "",
        &[("/fault/kind", "not_soap")],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__mime2.txt",
        "request",
        "AAAAAAAAAAAAAAAAAAAAAAAAAA",
        &[("/values", "#0")],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__mime7.txt",
        "fault",
        "",
        &[
            ("/fault/kind", "xi"),
            ("/fault/name", "DUPLICATE_DETECTED"),
            ("/fault/message/variables/1", "RECEIVER DER"),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XI__payloadABAP.xml",
        "request",
        "PurchasingContractERPRequest_V1",
        &[
            ("/values/PurchasingContract/TargetAmount/@currencyCode", "RUB"),
            ("/values/PurchasingContract/TargetAmount/$", "500000.0"),
            (
                "/values/PurchasingContract/TextCollection/Text/ContentText/$",
                "15 дней",
            ),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XiBasis__08IntegratedConfigurationQueryResponse.xml",
        "response",
        "IntegratedConfigurationQuery",
        &[
            ("/values/IntegratedConfigurationID", "#3"),
            ("/values/LogMessageCollection", ""),
        ],
    ),
    (
        "sap_pi_po/karlutka__pi_XiBasis__09IntegratedConfigurationReadResponse.xml",
        "response",
        "IntegratedConfigurationRead",
        &[("/values/IntegratedConfiguration/MasterLanguage", "EN")],
    ),
    (
        "sap_pi_po/karlutka__pi_XiBasis__11ValueMappingReadResponse.xml",
        "response",
        "ValueMappingRead",
        &[
            ("/values/ValueMapping", "#2"),
            ("/values/ValueMapping/0/Representation/1/$", "ru"),
        ],
    ),
];

fn read(body: &[u8], content_type: Option<&str>) -> Value {
    let decoded = decode(
        Received {
            status: None,
            content_type,
            body,
        },
        DecodeOptions::default(),
    )
    .unwrap();
    serde_json::to_value(decoded).unwrap()
}

/// What is wrong with a message, if anything.
fn complaints(found: &Value, (_, kind, operation, facts): &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |what: &str, found: String, expected: &str| {
        if found != expected {
            wrong.push(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    };
    expect("kind", found["kind"].as_str().unwrap().to_owned(), kind);
    expect(
        "operation",
        found["operation"].as_str().unwrap_or("").to_owned(),
        operation,
    );
    for (pointer, expected) in *facts {
        let there = match found.pointer(pointer) {
            None => "nothing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(entries)) => format!("#{}", entries.len()),
            Some(Value::Object(fields)) => format!("#{}", fields.len()),
            Some(other) => other.to_string(),
        };
        expect(pointer, there, expected);
    }
    wrong
}

#[test]
fn every_message_is_read_as_what_it_is() {
    let Some(folder) = corpus::folder("sap/messages") else {
        return;
    };
    let mut unnamed: BTreeSet<String> = ["xml", "txt"]
        .into_iter()
        .flat_map(|extension| corpus::files(&folder, extension))
        .map(|path| {
            path.strip_prefix(&folder)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/")
        })
        .collect();
    let mut wrong = Vec::new();
    for case in CASES {
        if !unnamed.remove(case.0) {
            wrong.push(format!("{}: no such file", case.0));
            continue;
        }
        let found = read(&std::fs::read(folder.join(case.0)).unwrap(), None);
        wrong.extend(
            complaints(&found, case)
                .into_iter()
                .map(|complaint| format!("{}: {complaint}", case.0)),
        );
    }
    assert!(
        unnamed.is_empty(),
        "files that the table does not name: {unnamed:#?}"
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_content_type_of_a_multipart_names_its_root() {
    let Some(folder) = corpus::folder("sap/messages/sap_pi_po") else {
        return;
    };
    let content_type =
        std::fs::read_to_string(folder.join("karlutka__pi_XI__mime1_contentType.txt")).unwrap();
    let body = std::fs::read(folder.join("karlutka__pi_XI__mime1.txt")).unwrap();
    assert_eq!(read(&body, Some(content_type.trim()))["operation"], "answer");
}
