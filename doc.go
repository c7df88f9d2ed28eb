// Package vedette is the vocabulary of the house: the nouns that every room uses to speak to every other.
//
// A [Record] is bytes as a receiver accepted them. An [Event] is a record understood. An [Alert] is what a detector
// says about an event. An [Incident] is the story that alerts tell together, worked by people. An [Action] is a change
// to the world that answers an incident, and it is always a lease: it has an owner, a reason, an end and an undo.
//
// Raw becomes event, event becomes alert, alert becomes incident, incident becomes action; nothing flows back except
// as a new fact.
//
// The package depends on the standard library alone and holds no state. Every package of the house may import it; it
// imports none of them.
package vedette
