// Package triage folds alerts into the few incidents that people work on, and explains each.
//
// What comes in are the alerts of one journal batch at a time ([Triage.Fold]); what goes out are [vedette.Incident]
// documents, stored in one transaction with the watermark of the batch, and the alerts again with their incident's id.
//
// # How alerts find their incident
//
// An alert that equals an earlier one (the same rule and the same hosts, users and addresses) joins that one's incident.
// Any other is weighed against every open incident that it shares an entity with, within the window. What an entity
// weighs depends on what happened to it: an attacker's address always binds; a host or user binds when it was held, that
// is when somebody was in it or acted through it, and hardly when it was only aimed at, because half the Internet knocks
// on the same web server. Weight fades with time, and with the number of different companions an entity has: a name
// server, a domain controller or a proxy meets everybody, so meeting there means nothing.
//
// # Promises
//
//   - Everything in memory is a function of the stored documents, so a restart changes nothing.
//   - Memory, documents and rows stay bounded whatever comes in: 100,000 equal alerts are one row with two pieces of
//     evidence and a count.
//   - A batch that was folded before changes nothing; its alerts still learn which incident they are in.
//   - The points of the reasons add up to the score, and every claim of the story cites evidence by number.
//   - Text from logs is cleaned before it stands in a sentence: no control or direction characters, no brackets that could
//     pass for a citation, no length that could drown the rest.
package triage
