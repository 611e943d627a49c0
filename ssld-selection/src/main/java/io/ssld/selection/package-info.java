/** Mining unlabelled images: what to keep of a pool, with evidence. */
@NullMarked
package io.ssld.selection;

import org.jspecify.annotations.NullMarked;
