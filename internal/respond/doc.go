// Package respond changes the world, carefully: it holds every action as a lease that says who wanted it and why, ends
// by itself, is checked after it was made, and can be taken back.
//
// What comes in are alerts ([Responder.Consider]) and the wishes of people ([Responder.Propose], Approve, Reject, Undo);
// what goes out are changes made by an [Actuator], and [vedette.Action] rows that tell every step.
//
// It promises:
//
//   - Nothing is applied that a gate of the [Guard] refuses, and each refusal names its gate. Protected addresses are
//     compared by overlap, so neither a larger nor a smaller network slips past.
//   - The intent is stored before the world is changed, and the result after. A crash between the two is found at the
//     next start by looking at the world, never by guessing.
//   - A lease ends where it is enforced (the kernel's own timeout) even when Vedette is gone, and here it is removed,
//     looked at again and only then called expired.
//   - An actuator that fails is not retried in silence, and one that says yes while doing nothing is caught by the
//     verification that follows every change and is repeated while the lease lives.
//   - A storm of equal alerts makes one action.
//   - Taking back is always allowed, in every mode.
package respond
