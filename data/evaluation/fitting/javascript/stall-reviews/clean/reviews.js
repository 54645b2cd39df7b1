'use strict';

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** The name a visitor gave, with the company of trade visitors. */
function author(review) {
  if (review.company) {
    return `${escapeHtml(review.name)} · ${escapeHtml(review.company)}`;
  }
  return escapeHtml(review.name);
}

function stars(rating) {
  const full = Math.min(5, Math.max(0, Math.round(Number(rating) || 0)));
  return '★'.repeat(full) + '☆'.repeat(5 - full);
}

function reviewItem(review) {
  return [
    '<li class="review">',
    `<span class="stars">${stars(review.rating)}</span>`,
    `<p>${escapeHtml(review.text)}</p>`,
    `<cite>${author(review)}</cite>`,
    '</li>',
  ].join('');
}

/** The reviews below a stall's page, as visitors sent them. */
function reviewList(reviews) {
  if (reviews.length === 0) {
    return '<p>No reviews yet.</p>';
  }
  return `<ul>${reviews.map(reviewItem).join('')}</ul>`;
}

module.exports = { reviewList };
