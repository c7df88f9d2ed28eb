// Package budget finds the line above which incidents are shown, so that no more of them than asked for are no attack.
//
// What comes in are the scores of past incidents that nobody called an attack ([Scored]) and how many such incidents a
// day people are ready to look at. What goes out is a [Line]: the lowest score that keeps to it.
//
// It is a conformal threshold over a rolling calibration set: the next harmless incident is as likely to come to lie at
// any place among the past ones, so the lowest score with (count at or above it + 1) ≤ B·days keeps the expected number
// a day within B. Attacks are rare, so those hidden among incidents that nobody judged are few; the top 0.5 % of these
// are left out, but never so many that leaving them out could use up more than an eighth of the budget. The line is also
// taken over the last quarter of the time, and the higher of both holds: noise that grows is answered within days.
//
// Before there is a day of history the line stays at [Start].
//
// # Promises
//
//   - On streams that stay as they are or drift slowly, the realised number a day lies within [0, 1.5·B] (tested).
//   - The line lies within [Floor, Ceiling]: what scores at the ceiling or higher is always shown, so that no flood of noise
//     and no hostile detector can raise the line over an attack.
//   - A line moves only when there is a reason to ([Dial.Next]): what people see does not flicker.
//   - Bounded: the newest [MaxScores] incidents are looked at.
package budget
