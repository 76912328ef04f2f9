// Conversations kept in this browser: listed in the panel, opened again, deleted. Nothing of them is on the server.

const MOST_CONVERSATIONS = 50;
// Characters of all of them: a browser keeps some five million for a host.
const MOST_KEPT = 2_000_000;

const newName = () => `${Date.now()}-${Math.random()}`;
let reopening = [];

// The one that is seen: its name, when it was kept last by this page (0: not yet), how many of its messages were kept,
// and how many of them are not to be kept again.
let conversation;
function beginConversation(id = newName(), at = 0, count = 0, gone = 0) {
  conversation = {id, at, count, gone};
}
beginConversation();

function conversations() {
  try {
    const known = JSON.parse(kept.read('conversations') ?? '[]');
    return Array.isArray(known) ? known.filter((one) => typeof one?.id === 'string' && Array.isArray(one.messages)) : [];
  } catch { return []; }
}

// The newest go first; what is too much goes from the end, and of one conversation alone its beginning.
function keepConversations(all) {
  let some = all.slice(0, MOST_CONVERSATIONS);
  while (some.length) {
    const written = JSON.stringify(some);
    if (written.length <= MOST_KEPT && kept.write('conversations', written)) return;
    if (some.length > 1) some = some.slice(0, -1);
    else if (some[0].messages.length > 2) some = [{...some[0], messages: some[0].messages.slice(2)}];
    else break;
  }
  kept.write('conversations', null);
}

const messageText = ({content}) => typeof content === 'string' ? content
  : (content ?? []).map((block) => block?.text ?? '').join('');

// What a person typed does not look like either: it is escaped.
const isAnswer = (text) => text.includes('<div class="tl-answer">');
const isEarlier = (text) => text.startsWith('<div class="tl-earlier">');

// Called with the chat's messages when asking has ended, with an answer or without.
function answered(messages) {
  if (asItWas) {
    answeredAgain(messages);
    return;
  }
  // An empty box was sent, or a question was given up.
  if (!underway) {
    focusBox();
    return;
  }
  const last = messages?.at(-1);
  const isAnswered = last?.role === 'assistant' && isAnswer(messageText(last));
  askingEnded(isAnswered);
  if (isAnswered) {
    keepConversation(messages);
    document.querySelector('#tl-go-on')?.click();
  }
  if (shownEarly) settle();
  else window.thalaeng.showAnswer();
  shownEarly = false;
}

// And when an answer was answered again in its place: the questions to go on with are in the language of the last one.
function answeredAgain(messages) {
  keepConversation(messages);
  const replies = (messages ?? []).filter(({role}) => role === 'assistant');
  if (wantedAgain?.at === replies.length - 1) document.querySelector('#tl-go-on')?.click();
  asItWas = null;
  shownEarly = false;
}

// What was kept may have been deleted meanwhile, here or in another tab: then what follows alone is kept, under another
// name. Where another tab has gone on with it, both are kept.
function claimConversation(all) {
  if (!conversation.at) return;
  const stored = all.find(({id}) => id === conversation.id);
  if (!stored) beginConversation(newName(), 0, 0, conversation.count);
  else if (stored.at !== conversation.at) beginConversation(newName(), 0, 0, conversation.gone);
}

// A question that was not answered is no part of the conversation, nor the word why.
function keepConversation(messages = []) {
  const all = conversations();
  claimConversation(all);
  const texts = messages.slice(conversation.gone).map(({role, content}) => ({role, text: messageText({content})}))
    .filter(({role, text}, at, all) => isEarlier(text) || isAnswer(role === 'user' ? all[at + 1]?.text ?? '' : text));
  const first = texts.find(({role}) => role === 'user');
  if (!first) return;
  const title = new DOMParser().parseFromString(first.text, 'text/html').querySelector('.tl-question')?.textContent.trim().slice(0, 200) ?? '';
  const {id, gone} = conversation;
  beginConversation(id, Date.now(), messages.findLastIndex((message) => isAnswer(messageText(message))) + 1, gone);
  keepConversations([{id, title, at: conversation.at, messages: texts}, ...all.filter((one) => one.id !== id)]);
}

// What the chat is to show, in its own form.
function reopened() {
  return reopening.map(({role, text}) => ({
    role: role === 'user' ? 'user' : 'assistant',
    content: [{type: 'text', text: String(text)}],
    metadata: {}, options: [],
  }));
}

function openHistory(button) {
  quotes = [];
  shown = '';
  latest += 1;
  opener = button;
  openPanel('history');
  listConversations();
}

function listConversations() {
  const all = conversations();
  if (!all.length) {
    note(say(kept.write('tried', '1') ? 'historyEmpty' : 'historyForbidden'));
    kept.write('tried', null);
    return;
  }
  const list = document.createElement('ul');
  list.className = 'tl-history';
  for (const one of all) {
    const item = document.createElement('li');
    const open = panelButton(one.title || '…', () => reopen(one.id));
    const when = document.createElement('span');
    when.className = 'tl-when';
    when.textContent = new Date(one.at).toLocaleString(language === 'th' ? 'th-TH' : 'en-GB', {
      dateStyle: 'medium', timeStyle: 'short',
    });
    open.append(when);
    const gone = panelButton('✕', () => {
      keepConversations(conversations().filter((other) => other.id !== one.id));
      listConversations();
      (body.querySelector('button') ?? panel.querySelector('[data-act=close]')).focus();
    });
    gone.setAttribute('aria-label', `${say('forget')}: ${one.title}`);
    item.append(open, gone);
    list.append(item);
  }
  const forgetAll = panelButton(say('forgetAll'), () => {
    if (forgetAll.dataset.sure) {
      kept.write('conversations', null);
      listConversations();
      panel.querySelector('[data-act=close]').focus();
    } else {
      forgetAll.dataset.sure = 'true';
      forgetAll.textContent = say('forgetSure');
    }
  });
  forgetAll.classList.add('tl-forget');
  const where = document.createElement('p');
  where.className = 'tl-notice';
  where.textContent = say('historyWhere');
  body.replaceChildren(list, forgetAll, where);
}

function panelButton(text, press) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'tl-button';
  button.textContent = text;
  button.addEventListener('click', press);
  return button;
}

function reopen(id) {
  const one = conversations().find((other) => other.id === id);
  if (!one) {
    listConversations();
    return;
  }
  beginConversation(id, one.at, one.messages.length);
  reopening = one.messages;
  opener = null;
  askingGivenUp();
  closePanel();
  showChat();
  document.querySelector('#tl-reopen')?.click();
}

acts.history = openHistory;
document.addEventListener('click', (event) => {
  if (event.target.closest?.('#tl-new')) beginConversation();
});
Object.assign(window.thalaeng, {answered, reopened});
