/** What predictions are worth: pure functions from outcomes to measures. */
@NullMarked
package io.ssld.core.evaluation;

import org.jspecify.annotations.NullMarked;
