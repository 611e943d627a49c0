/** What a run leaves behind: metrics, events, provenance, a page to look at. */
@NullMarked
package io.ssld.base.internal.report;

import org.jspecify.annotations.NullMarked;
