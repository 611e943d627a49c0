/** What student and teacher disagree about: divergences between two predictions, as DJL losses. */
@NullMarked
package io.ssld.losses;

import org.jspecify.annotations.NullMarked;
