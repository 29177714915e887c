//! What the template must hold, whatever else changes in it.

/// The resources' texts, by name: from one line with two blanks in front to the next.
fn resources() -> Vec<(String, String)> {
    let text = include_str!("../../deploy/template.yaml");
    let (_, resources) = text.split_once("\nResources:\n").unwrap();
    let (resources, _) = resources.split_once("\nOutputs:\n").unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for line in resources.lines() {
        let name = line
            .strip_prefix("  ")
            .filter(|l| l.starts_with(|c: char| c.is_ascii_uppercase()));
        match (name.and_then(|l| l.split_once(':')), found.last_mut()) {
            (Some((name, rest)), _) => found.push((name.to_owned(), rest.to_owned() + "\n")),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(found.len() > 20, "{}", found.len());
    found
}

fn of_type(kind: &str) -> Vec<(String, String)> {
    let wanted = format!("Type: {kind}");
    let found: Vec<_> = resources()
        .into_iter()
        .filter(|(_, text)| {
            text.lines()
                .any(|l| l.split('#').next().unwrap().contains(&wanted))
        })
        .collect();
    assert!(!found.is_empty(), "no {kind}");
    found
}

/// Each of these resources says each of these.
fn each(kind: &str, words: &[&str], but: &[&str]) {
    for (name, text) in of_type(kind)
        .iter()
        .filter(|(name, _)| !but.contains(&name.as_str()))
    {
        for word in words {
            assert!(text.contains(word), "{name} ({kind}) does not say {word}");
        }
    }
}

#[test]
fn nothing_is_lost_in_silence() {
    // A queue without dead letters loses what fails; the dead letters themselves stay two weeks, also without the stack.
    each(
        "AWS::SQS::Queue",
        &["RedrivePolicy", "maxReceiveCount: 5"],
        &["DeadLetters"],
    );
    each(
        "AWS::SQS::Queue",
        &["SqsManagedSseEnabled: true", "VisibilityTimeout"],
        &[],
    );
    // What fails goes to the dead letters after its last try, and the queue forgets nothing before.
    const LONGEST_DELAY: u64 = 900;
    for (name, text) in of_type("AWS::SQS::Queue") {
        let number = |key: &str| -> Option<u64> {
            let (_, value) = text.split_once(key)?;
            let digits = value.trim_start().split(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse().ok()
        };
        let Some(tries) = number("maxReceiveCount:") else {
            continue;
        };
        let kept = number("MessageRetentionPeriod:").unwrap();
        let last = tries * number("VisibilityTimeout:").unwrap() + LONGEST_DELAY;
        assert!(
            kept > last,
            "{name} keeps for {kept} s, and the last try ends after {last} s"
        );
    }
    let dead = resources()
        .into_iter()
        .find(|(name, _)| name == "DeadLetters")
        .unwrap()
        .1;
    assert!(dead.contains("MessageRetentionPeriod: 1209600") && dead.contains("DeletionPolicy: Retain"));
    // What comes by a topic or a timetable is asynchronous: Lambda discards it after two tries unless told where to.
    for name in ["PlanFunction", "WorkerFunction", "ErrorFunction"] {
        let text = resources().into_iter().find(|(n, _)| n == name).unwrap().1;
        assert!(
            text.contains("OnFailure: {Type: SQS, Destination: !GetAtt DeadLetters.Arn}"),
            "{name}"
        );
    }
    let text = include_str!("../../deploy/template.yaml");
    assert_eq!(
        text.matches("FunctionResponseTypes: [ReportBatchItemFailures]")
            .count(),
        text.matches("BatchSize:").count(),
        "a queue whose failures are not reported one by one"
    );
}

#[test]
fn concurrency_is_bounded_and_no_delivery_is_throttled() {
    each(
        "AWS::Serverless::Function",
        &["ReservedConcurrentExecutions", "Timeout"],
        &[],
    );
    let text = include_str!("../../deploy/template.yaml");
    assert_eq!(
        text.matches("MaximumConcurrency:").count(),
        text.matches("BatchSize:").count()
    );
}

#[test]
fn rights_are_the_least() {
    let text = include_str!("../../deploy/template.yaml");
    for line in text.lines().map(str::trim) {
        assert!(
            !line.contains("Resource: \"*\"") && !line.contains("Resource: '*'"),
            "{line}"
        );
        let action = line.split("Action:").nth(1).unwrap_or_default();
        assert!(!action.contains('*'), "{line}");
    }
    assert!(!text.contains("FullAccess"));
    // A queue as an event of a function brings rights to every queue of the account.
    let events = text.lines().filter(|line| line.trim() == "Type: SQS");
    assert_eq!(events.count(), 0);
}

#[test]
fn the_api_is_behind_keys_and_bounds_and_may_do_little() {
    let all = resources();
    let text = |name: &str| &all.iter().find(|(n, _)| n == name).unwrap().1;
    // Every method of the REST API wants a key; whatever has no key is answered by the function, which wants one, too.
    each("AWS::ApiGateway::Method", &["ApiKeyRequired: true"], &[]);
    let plan = text("RestPlan");
    assert!(
        ["Throttle:", "Quota:", "Stage: !Ref RestStage"]
            .iter()
            .all(|w| plan.contains(w)),
        "{plan}"
    );
    assert!(text("RestPlanKey").contains("UsagePlanId: !Ref RestPlan"));
    assert!(text("HttpStage").contains("ThrottlingRateLimit: !Ref ApiRate"));
    // It keeps requests and calls: it takes from no queue, and writes to no topic of errors.
    let api = text("ApiFunction");
    assert_eq!(api.matches("Action:").count(), 2, "{api}");
    assert!(api.contains("Action: sns:Publish, Resource: !Ref WorkTopic"));
    assert!(api.contains("Action: sqs:SendMessage, Resource: !GetAtt WorkQueue.Arn"));
    // A call goes to the urgent function, a chunk to a worker, and neither to both.
    assert!(text("WorkSubscription").contains("FilterPolicy: {kind: [chunk]}"));
    assert!(text("UrgentSubscription").contains("FilterPolicy: {kind: [urgent]}"));
    // With ApiForm None there is none of it.
    for (name, text) in &all {
        if ["Api", "Rest", "Http", "Url", "Urgent"]
            .iter()
            .any(|p| name.starts_with(p))
        {
            assert!(text.contains("Condition: "), "{name}");
        }
    }
    assert!(include_str!("../../deploy/template.yaml").contains("AllowedValues: [REST, HTTP, URL, None]"));
}

#[test]
fn the_network_and_the_watch_are_there() {
    let text = include_str!("../../deploy/template.yaml");
    for word in [
        "VpcId:",
        "SubnetIds:",
        "AWS::EC2::EIP",
        "AWS::EC2::NatGateway",
        "ProxyUrl:",
        "FromPort: 38010",
        "ScheduleState:",
        "AllowedValues: [arm64, x86_64]",
        "Default: arm64",
        "ApproximateNumberOfMessagesVisible",
        "TreatMissingData: breaching",
        "Period: !Ref SilenceSeconds",
    ] {
        assert!(text.contains(word), "the template does not say {word}");
    }
    assert!(
        !text.contains("NumberOfMessagesSent"),
        "it does not count what a redrive moves"
    );
    each(
        "AWS::CloudWatch::Alarm",
        &["AlarmActions", "AlarmDescription"],
        &[],
    );
    each("AWS::Logs::LogGroup", &["RetentionInDays"], &[]);
    let functions = of_type("AWS::Serverless::Function").len();
    assert_eq!(
        of_type("AWS::Logs::LogGroup").len(),
        functions,
        "a function without a bound on its logs"
    );
}
