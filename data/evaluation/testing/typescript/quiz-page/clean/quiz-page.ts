export interface Team {
  name: string;
  points: number;
}

export interface QuizState {
  quizId: string;
  title: string;
  teams: Team[];
  round: number;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function teamRow(team: Team): string {
  return `<tr><td>${escapeHtml(team.name)}</td><td>${Number(team.points)}</td></tr>`;
}

/** State for the page's script, which draws the table again after each answer. */
function stateElement(state: QuizState): string {
  const json = JSON.stringify(state).replace(/</g, '\\u003c');
  return `<script type="application/json" id="state">${json}</script>`;
}

/** The page of a running quiz; teams choose their names themselves. */
export function renderQuizPage(state: QuizState): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escapeHtml(state.title)}</title></head>`,
    '<body>',
    `<h1>${escapeHtml(state.title)}, round ${Number(state.round)}</h1>`,
    `<table>${state.teams.map(teamRow).join('')}</table>`,
    stateElement(state),
    '<script src="/assets/quiz.js" defer></script>',
    '</body>',
    '</html>',
  ].join('\n');
}
