/**
 * Mining unlabelled images: tables of soft labels, the best of each class, general images, merging
 * into a training list.
 */
@NullMarked
package io.ssld.selection;

import org.jspecify.annotations.NullMarked;
