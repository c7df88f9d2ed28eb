// Package triage folds alerts into the few incidents that people work on, and explains each.
//
// What comes in are the alerts of one journal batch at a time ([Triage.Fold]), or recorded ones one after the other
// ([Engine.Add]); what goes out are [vedette.Incident] documents. [Engine] is the whole of it in memory; [Triage] keeps
// what it makes and what it learned in the statestore, in one transaction with the watermark of the batch.
//
// # What an alert weighs
//
// memory.go learns which rule fires how often on which machine; appraise.go weighs each session of alerts against that, in
// nats of log-odds: because somebody wrote the rule, because it is new or rare here, because it is more than usual,
// because data may be leaving. A tenant is watched for a day before novelty counts fully; what was new on that day is
// weighed again when it is over. Nothing is learned from what is part of an incident in the queue.
//
// # How alerts find their incident
//
// An alert that equals an earlier one (the same rule and the same hosts, users and addresses) joins that one's incident.
// Any other is weighed against every incident that it shares an entity with, within the window. What an entity
// weighs depends on what happened to it: an attacker's address always binds; a host or user binds when it was held, that
// is when somebody was in it or acted through it, and hardly when it was only aimed at, because half the Internet knocks
// on the same web server. Weight fades with time, with the number of different companions an entity has, and on machines
// where something tells all the time: meeting at a name server, a domain controller or a firewall means nothing. What
// means nothing by itself binds nothing. What people merged, split and moved counts too (links.go).
//
// Rare alerts that begin while an incident goes on are its context when chance does not explain them (context.go).
//
// # The score, and the line
//
// fusion.go adds the evidence up: the i-th strongest of a family counts 1/i^1.5, each family is capped, what one detector
// says that nobody vouches for is capped too. An incident is in the queue from the line on (a budget sets it); under it,
// it is stored and searchable with Below set. It never leaves the queue by itself.
//
// Facts that speak against an attack (facts.go, explain.go) take points off an incident that they explain from end to end:
// what is written down about tickets, windows and scanners ([Knowledge].Facts), and what a sign-in says of itself. When they
// change, [Triage.Weigh] judges the open incidents anew.
//
// # Promises
//
//   - The same alerts in the same order give the same incidents, byte for byte; a restart changes nothing.
//   - A batch that was folded before changes nothing; its alerts still learn which incident they are in.
//   - Memory, documents and rows stay bounded whatever comes in: a million equal alerts are one row.
//   - The points of the reasons add up to the score; more evidence never lowers it, only what speaks against it does.
//   - One detector that nobody vouches for can neither raise an incident alone nor hide one.
//   - One source of facts takes nothing out of the queue; an alert more never takes points off, whatever facts there are.
//   - Every claim of the story cites evidence by number; every kind of alert is a line of the incident's ledger.
//   - Text from logs is cleaned before it stands in a sentence.
package triage
