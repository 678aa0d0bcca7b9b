import './no-eval.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/fleet.css';
import './styles/account.css';
import './styles/messages.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { applyTheme, keptTheme } from './parts/theme.js';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
applyTheme(keptTheme());
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
