/** Published networks and small ones by name, with their cards and preprocessing. */
@NullMarked
package io.ssld.zoo;

import org.jspecify.annotations.NullMarked;
