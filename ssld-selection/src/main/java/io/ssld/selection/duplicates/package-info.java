/** Near-duplicate images: found, verified, and shown with the evidence. */
@NullMarked
package io.ssld.selection.duplicates;

import org.jspecify.annotations.NullMarked;
