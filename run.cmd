@echo off
rem Set Hotseat up on Windows and take a first call; words go to: hotseat call missing-sofa
where py >nul 2>nul
if errorlevel 1 (
  python "%~dp0script\bootstrap.py" first-call %*
) else (
  py -3 "%~dp0script\bootstrap.py" first-call %*
)
exit /b %errorlevel%
