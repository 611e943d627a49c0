/** Internal: measures what a plan is made of: steps timed, memory watched, readers chosen. */
@NullMarked
package io.ssld.core.plan.internal;

import org.jspecify.annotations.NullMarked;
