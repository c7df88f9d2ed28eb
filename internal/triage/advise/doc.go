// Package advise puts an incident into words: how far the attack came, what happened, why it stands where it stands, and
// what to do next.
//
// What comes in is a sealed [vedette.Incident]: its numbered evidence, its reasons and its rules. What goes out are the
// parts of the same document that people read: [Result] with the evidence that proves it, [Story], [Why], [WhyNot] and
// [Next]. [Complete] fills them all in.
//
// # Promises
//
//   - Pure: the same document gives the same words, byte by byte. Nothing is looked up, nothing is kept.
//   - Nothing is invented: every name, number and time in a sentence of the story, of the result and of a next step
//     occurs in the evidence that the sentence cites, and both languages cite the same evidence.
//   - "Succeeded" and "compromised" are said only by the rules of one table (results), each of which asks for at least
//     two things that agree or for an answer that only success gives. When unsure the result is "attempted" or absent.
//   - A step that stops a machine or a person from working always says that it needs approval, and how to undo it.
//   - Bounded: at most 18 sentences about what happened, 3 about what is unusual, 10 next steps, 10 counter-arguments.
//   - Text from logs is cleaned before it stands in a sentence: no control or direction characters, no brackets that could
//     pass for a citation, no length that could drown the rest.
package advise
