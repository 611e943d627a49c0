/** Sources of soft labels: networks, compiled ones, averages, probabilities. */
@NullMarked
package io.ssld.core.teacher;

import org.jspecify.annotations.NullMarked;
