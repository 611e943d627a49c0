/** What a run tells: listeners and summaries, results, and the signal that stops it. */
@NullMarked
package io.ssld.core.run;

import org.jspecify.annotations.NullMarked;
