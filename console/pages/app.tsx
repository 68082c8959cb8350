import { render } from 'preact'
import './app.css'

const root = document.getElementById('app')
if (root) render(<p>vidsync</p>, root)
